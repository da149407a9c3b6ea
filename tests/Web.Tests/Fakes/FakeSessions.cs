using System.Collections.Concurrent;
using System.Globalization;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Tests.Fakes;

/// <summary>Hosts that answer the key exchange and the facts script, and nothing else.</summary>
public sealed class FakeSessions(TimeProvider time) : IHostSessions
{
    /// <summary>What an address answers to the facts script beside the usual: later lines count.</summary>
    public ConcurrentDictionary<string, string> Extra { get; } = new();

    /// <summary>Addresses where nothing answers.</summary>
    public ConcurrentDictionary<string, bool> Silent { get; } = new();

    /// <summary>Addresses of the hosts that were logged in to.</summary>
    public ConcurrentQueue<string> Opened { get; } = new();

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

    private sealed class Session(Host host, FakeSessions owner) : IHostSession
    {
        public Host Host => host;

        public Task<CommandResult> RunAsync(HostCommand command, CancellationToken cancellationToken) =>
            Task.FromResult(new CommandResult(0, owner.Facts(host), ""));

        public Task<bool> UploadAsync(string localPath, string remotePath, string sha256, IProgress<UploadProgress>? progress, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IPortForward> ForwardAsync(string address, int port, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
