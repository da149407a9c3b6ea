namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>The lab's hosts, from lab/hosts: new and bare for every scenario.</summary>
internal sealed class LabHosts : IAsyncDisposable
{
    /// <summary>etcdctl against the etcd of the master it runs on.</summary>
    public const string Etcdctl =
        "ETCDCTL_API=3 etcdctl --endpoints https://127.0.0.1:2379 --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key";

    private readonly string _tool;

    private LabHosts(string tool, IReadOnlyList<(string Name, string Address)> hosts)
    {
        _tool = tool;
        Hosts = hosts;
    }

    /// <summary>Why there is no lab, or null.</summary>
    public static string? Missing => Environment.GetEnvironmentVariable("CLUSTERPANEL_LAB_DIR") is { Length: > 0 }
        ? null
        : "needs lab hosts: run it by ./test, which sets CLUSTERPANEL_LAB_DIR";

    public IReadOnlyList<(string Name, string Address)> Hosts { get; }

    public static async Task<LabHosts> UpAsync(int count)
    {
        var tool = Path.Combine(Repository.Root, "lab", "hosts");
        await Shell.RunAsync(tool, ["purge"], TimeSpan.FromMinutes(2));
        await Shell.RunAsync(tool, ["up", $"{count}"], TimeSpan.FromMinutes(5));
        var status = await Shell.RunAsync(tool, ["status"], TimeSpan.FromMinutes(1));
        return new(tool, [.. status.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).Select(w => (w[0], w[1]))]);
    }

    /// <summary>Runs a shell text inside a host, without SSH.</summary>
    public Task<string> RunAsync(string host, string script, string input = "") => Shell.RunAsync(_tool, ["exec", host, "sh", "-c", script], TimeSpan.FromMinutes(2), input);

    /// <summary>True when a shell text inside a host succeeds.</summary>
    public async Task<bool> TryAsync(string host, string script) => (await Shell.TryAsync(_tool, ["exec", host, "sh", "-c", script], TimeSpan.FromMinutes(2))).Code == 0;

    /// <summary>Sets a fault of the stand-in on a host; lab/stand-in/README.md lists them.</summary>
    public Task SetFaultAsync(string host, string fault) => RunAsync(host, $"mkdir -p /etc/stand-in; echo '{fault}' > /etc/stand-in/faults");

    /// <summary>Runs a command on another computer of the hosts' network.</summary>
    public Task<string> OutsideAsync(params string[] command) => Shell.RunAsync(_tool, ["outside", .. command], TimeSpan.FromMinutes(2));

    /// <summary>start, stop, kill, reboot, cut or mend.</summary>
    public Task DoAsync(string action, string host) => Shell.RunAsync(_tool, [action, host], TimeSpan.FromMinutes(3));

    /// <summary>The weight of hosts for the CPU beside the others, in percent (100: as theirs).</summary>
    public async Task WeighAsync(int percent, params string[] hosts)
    {
        foreach (var host in hosts)
        {
            await Shell.RunAsync(_tool, ["cpu", host, $"{percent}"], TimeSpan.FromMinutes(1));
        }
    }

    public async ValueTask DisposeAsync() => await Shell.RunAsync(_tool, ["purge"], TimeSpan.FromMinutes(2));
}
