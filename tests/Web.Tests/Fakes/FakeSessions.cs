using System.Collections.Concurrent;
using System.Globalization;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Tests.Fakes;

/// <summary>Hosts that answer the key exchange, the facts script and the question what is left of a cluster.</summary>
public sealed class FakeSessions(TimeProvider time) : IHostSessions
{
    /// <summary>What an address answers to the facts script beside the usual: later lines count.</summary>
    public ConcurrentDictionary<string, string> Extra { get; } = new();

    /// <summary>Addresses where nothing answers.</summary>
    public ConcurrentDictionary<string, bool> Silent { get; } = new();

    /// <summary>What of a cluster is left at an address, a line per thing.</summary>
    public ConcurrentDictionary<string, string> Left { get; } = new();

    /// <summary>What the masters' addresses are to the load balancers: lines of its state, for every worker.</summary>
    public string? Balancer { get; set; }

    /// <summary>Addresses of the hosts that were logged in to.</summary>
    public ConcurrentQueue<string> Opened { get; } = new();

    /// <summary>What every node says of its certificates.</summary>
    public string Certificates { get; set; } = "";

    /// <summary>What a master's etcd answers: three healthy members, unless the test says otherwise.</summary>
    public string Etcd { get; set; } = $$"""
        {"members":[{{string.Join(',', Masters.Select(n => $$"""{"ID":{{n}},"name":"master{{n}}","peerURLs":["https://10.0.0.1{{n}}:2380"],"clientURLs":["https://10.0.0.1{{n}}:2379"]}"""))}}]}
        health
        [{{string.Join(',', Masters.Select(n => $$"""{"endpoint":"https://10.0.0.1{{n}}:2379","health":true}"""))}}]
        status

        """;

    private static IEnumerable<int> Masters => Enumerable.Range(1, 3);

    public static HostKey KeyOf(string address) =>
        new("ssh-ed25519", "SHA256:" + Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(address))).TrimEnd('='));

    public Task<HostKey> ReadHostKeyAsync(string address, int port, CancellationToken cancellationToken) =>
        Silent.ContainsKey(address)
            ? Task.FromException<HostKey>(new HostUnreachableException(address, $"Nothing answers at {address}. Check the address and that the machine is up."))
            : Task.FromResult(KeyOf(address));

    public Task<IHostSession> OpenAsync(Host host, CancellationToken cancellationToken)
    {
        if (Silent.ContainsKey(host.Address))
        {
            throw new HostUnreachableException(host.Name, $"Nothing answers at {host.Address}. Check the address and that the machine is up.");
        }

        Opened.Enqueue(host.Address);
        return Task.FromResult<IHostSession>(new Session(host, this));
    }

    private string Facts(Host host)
    {
        var seconds = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        return string.Create(CultureInfo.InvariantCulture, $"""
            {Extra.GetValueOrDefault(host.Address)}
            hostname {host.Name}
            os "Debian GNU/Linux 12 (bookworm)"
            kernel 6.1.0-28-amd64
            machine x86_64
            cpus 4
            memory 8127488
            free /var/lib/containerd 83886080
            free /var/lib/kubelet 83886080
            free /var/lib/etcd 83886080
            free /var/lib/clusterpanel 83886080
            free /usr/bin 83886080
            machine-id {KeyOf(host.Address).Fingerprint}
            boot-id 7f1a
            cgroup cgroup2fs
            systemd 252
            address eth0 {host.Address}/24
            default-interface eth0
            nftables yes
            {string.Join('\n', HostFactsScript.LookedFor.Except(["kubeadm", "kubelet", "docker", "dockerd", "containerd", "crictl"]).Select(c => $"command {c}"))}
            time {seconds}
            end ok
            """);
    }

    // A port at which nothing listens.
    private sealed class Nowhere : IPortForward
    {
        public int LocalPort => 1;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Session(Host host, FakeSessions owner) : IHostSession
    {
        public Host Host => host;

        public Task<CommandResult> RunAsync(HostCommand command, CancellationToken cancellationToken) =>
            Task.FromResult(new CommandResult(0, command switch
            {
                { Script: var script } when script == HostFactsScript.Command.Script => owner.Facts(host),
                { Summary: "Read etcd's members" } => owner.Etcd,
                { Summary: "Read the node's certificates" } => owner.Certificates,
                { Summary: "Look at the node" } when owner.Balancer is { } balancer => balancer,
                _ => owner.Left.GetValueOrDefault(host.Address, "clean\n"),
            }, ""));

        public Task<bool> UploadAsync(string localPath, string remotePath, string sha256, IScriptFence fence, IProgress<UploadProgress>? progress, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IPortForward> ForwardAsync(string address, int port, CancellationToken cancellationToken) => Task.FromResult<IPortForward>(new Nowhere());

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
