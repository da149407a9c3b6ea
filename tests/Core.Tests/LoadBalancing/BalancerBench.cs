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
    private readonly string[] _shell;
    private Process? _process;

    public BalancerBench(params string[] shell)
    {
        Tool.Require(shell[0]);
        _shell = shell;
        var f = _box.Folder.Path;
        Directory.CreateDirectory(_box.Folder["codes"]);
        Directory.CreateDirectory(_box.Folder["run"]);
        _box.Folder.Write("proc/sys/net/ipv4/vs/expire_nodest_conn", "0\n");
        _box.Folder.Write("proc/sys/net/ipv4/vs/sloppy_tcp", "0\n");
        // Asked for its version it takes every option, or as one from before 7.68 not that of many at once.
        _box.Folder.Program("curl", $$"""
            case "$*" in *--parallel*--version*) [ ! -e {{f}}/one-at-a-time ]; exit ;; *--version*) exit ;; esac
            cd {{f}}/codes
            for u; do
              case $u in https://*) ;; *) continue ;; esac
              h=${u#https://} h=${h%%:*}
              echo "$h" >> {{f}}/probes
              echo "$(head -n 1 "$h") $u"
              [ "$(grep -c '' "$h")" = 1 ] || sed -i 1d "$h"
            done
            """);
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
              "list chain "*) [ ! -e {{f}}/rules ] || grep dnat {{f}}/rules ;;
              "-f -") cat > {{f}}/rules ;;
              "delete table "*) rm -f {{f}}/rules ;;
            esac
            """);
        // Connections are lines "MASTER PORT STATE" of the file; ss ends those it is told to.
        _box.Folder.Write("connections", "");
        _box.Folder.Program("conntrack", $$"""
            [ "$1" = -L ] || echo "conntrack $*" >> {{f}}/calls
            for master; do :; done
            if [ "$1" = -L ]; then
              awk -v m="$master" '$1 == m { print "tcp      6 86399 " $3 " src=10.0.0.14 dst=10.103.97.2 sport=" $2 " dport=6443 src=" m " dst=10.0.0.14 sport=6443 dport=" $2 " [ASSURED] mark=0 use=1" }' {{f}}/connections
            fi
            """);
        _box.Folder.Program("ss", $"echo \"ss $*\" >> {f}/calls\nfor port; do :; done; port=${{port#:}}\nsed -i \"/ $port /d\" {f}/connections\n");
        _box.Folder.Program("ipvsadm", $$"""
            echo "ipvsadm $*" >> {{f}}/calls
            case "$1" in
              -A) : > {{f}}/servers ;;
              -a) echo "$5 $8" >> {{f}}/servers ;;
              -e) sed -i "s/^$5 .*/$5 $8/" {{f}}/servers ;;
              -d) sed -i "/^$5 /d" {{f}}/servers ;;
              -D) rm -f {{f}}/servers ;;
              -Ln) [ -e {{f}}/servers ] || exit 1
                printf 'Prot LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\nTCP  10.103.97.2:6443 rr\n'
                while read -r s w; do printf '  -> %-28s Masq    %-6s 0          0\n' "$s" "$w"; done < {{f}}/servers ;;
              -Lcn)
                printf 'IPVS connection entries\npro expire state       source             virtual            destination\n'
                awk '{ print "TCP 14:59  " $3 " 10.0.0.14:" $2 " 10.103.97.2:6443 " $1 ":6443" }' {{f}}/connections ;;
            esac
            """);
    }

    public TempFolder Folder => _box.Folder;

    public void Configure(string mode, params string[] masters) => _box.Folder.Write(
        "etc/clusterpanel/apilb.conf", $"MODE={mode}\nVIP=10.103.97.2\nPORT=6443\nSOURCE=10.0.0.14\nMASTERS=\"{string.Join(' ', masters)}\"\n");

    /// <summary>What a master's /readyz answers: each once, and the last from then on. Written by rename, so that no probe sees half of it.</summary>
    public void Answer(string master, params string[] codes)
    {
        _box.Folder.Write("codes/new", string.Join('\n', codes));
        File.Move(_box.Folder["codes/new"], _box.Folder[$"codes/{master}"], overwrite: true);
    }

    /// <summary>Connections that are open, a port for each.</summary>
    public void Connect(string master, params int[] ports) =>
        File.AppendAllLines(_box.Folder["connections"], ports.Select(p => $"{master} {p} ESTABLISHED"));

    public void Start() => _process = Tool.Start(_shell[0], [.. _shell[1..], Script()]);

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

    /// <summary>Waits until its state has a line that begins so, or none.</summary>
    public async Task StateAsync(string line, bool isThere = true)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Deadline);
        while (!File.Exists(Folder["run/clusterpanel-apilb/state"]) || File.ReadAllLines(Folder["run/clusterpanel-apilb/state"]).Any(l => l.StartsWith(line, StringComparison.Ordinal)) != isThere)
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

    /// <summary>Runs it once, with that argument.</summary>
    public Task<ToolResult> RunAsync(string argument) => Tool.RunAsync(_shell[0], [.. _shell[1..], Script(), argument]);

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
