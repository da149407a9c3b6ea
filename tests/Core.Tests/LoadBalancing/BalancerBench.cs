using System.Diagnostics;
using ClusterPanel.Core.LoadBalancing;
using ClusterPanel.Core.Tests.Shell;

namespace ClusterPanel.Core.Tests.LoadBalancing;

/// <summary>
/// The balancer's script, run for real: curl answers what the test says of each master, and ip, nft, ipvsadm and conntrack
/// keep the kernel's state in files. A round of probes takes a twentieth of a second.
/// </summary>
internal sealed class BalancerBench : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Sandbox _box = new();
    private Process? _process;

    public BalancerBench()
    {
        var f = _box.Folder.Path;
        Directory.CreateDirectory(_box.Folder["codes"]);
        Directory.CreateDirectory(_box.Folder["run"]);
        _box.Folder.Write("proc/sys/net/ipv4/vs/expire_nodest_conn", "0\n");
        // The last argument is the URL.
        _box.Folder.Program("curl", $"for u; do :; done\nh=${{u#https://}}; h=${{h%%:*}}\necho \"$h\" >> {f}/probes\ncat {f}/codes/\"$h\"\n");
        _box.Folder.Program("ip", $$"""
            case "$*" in
              "-o -4 addr show") printf '1: lo    inet 127.0.0.1/8 scope host lo\n2: eth0    inet 10.0.0.14/24 brd 10.0.0.255 scope global eth0\n' ;;
              "route show "*) if [ -e {{f}}/route ]; then cat {{f}}/route; fi ;;
              "route replace "*) echo "$*" >> {{f}}/calls; shift 2; echo "$* scope link " > {{f}}/route ;;
              "route del "*) rm -f {{f}}/route ;;
            esac
            """);
        _box.Folder.Program("nft", $$"""
            case "$*" in
              "list chain "*) [ -e {{f}}/rules ] ;;
              "-f -") cat > {{f}}/rules ;;
              "delete table "*) rm -f {{f}}/rules ;;
            esac
            """);
        _box.Folder.Program("conntrack", $"echo \"conntrack $*\" >> {f}/calls\n");
        _box.Folder.Program("ipvsadm", $$"""
            echo "ipvsadm $*" >> {{f}}/calls
            case "$1" in
              -A) : > {{f}}/servers ;;
              -a) echo "$5" >> {{f}}/servers ;;
              -d) sed -i "/^$5\$/d" {{f}}/servers ;;
              -D) rm -f {{f}}/servers ;;
              -Ln) [ -e {{f}}/servers ] || exit 1
                printf 'Prot LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\nTCP  10.103.97.2:6443 rr\n'
                while read -r s; do printf '  -> %-28s Masq    1      0          0\n' "$s"; done < {{f}}/servers ;;
            esac
            """);
    }

    public TempFolder Folder => _box.Folder;

    public void Configure(string mode, params string[] masters) => _box.Folder.Write(
        "etc/clusterpanel/apilb.conf", $"MODE={mode}\nVIP=10.103.97.2\nPORT=6443\nSOURCE=10.0.0.14\nMASTERS=\"{string.Join(' ', masters)}\"\n");

    /// <summary>What a master's /readyz answers from now on; written by rename, so that no probe sees half of it.</summary>
    public void Answer(string master, string code)
    {
        _box.Folder.Write("codes/new", code);
        File.Move(_box.Folder["codes/new"], _box.Folder[$"codes/{master}"], overwrite: true);
    }

    public void Start() => _process = Tool.Start("/bin/sh", [Script()]);

    /// <summary>The next line it logs.</summary>
    public async Task<string?> LineAsync() =>
        await _process!.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Deadline, TestContext.Current.CancellationToken);

    /// <summary>Waits until every master was asked some more times.</summary>
    public async Task RoundsAsync(int rounds, int masters)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Deadline);
        var wanted = Probes() + rounds * masters;
        while (Probes() < wanted)
        {
            await Task.Delay(10, limit.Token);
        }
    }

    /// <summary>Ends it as systemd does, and returns what it still logged.</summary>
    public async Task<string> StopAsync()
    {
        await Tool.RunAsync("kill", "-TERM", _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var rest = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.Equal(0, _process.ExitCode);
        return rest;
    }

    public Task<ToolResult> CleanAsync() => Tool.RunAsync("/bin/sh", Script(), "clean");

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process?.Dispose();
        _box.Dispose();
    }

    private string Script() => _box.Folder.Write("apilb", _box.Localize(ApiLoadBalancer.Script).Replace("sleep 1 &", "sleep 0.05 &", StringComparison.Ordinal));

    private int Probes() => File.Exists(Folder["probes"]) ? File.ReadAllLines(Folder["probes"]).Length : 0;
}
