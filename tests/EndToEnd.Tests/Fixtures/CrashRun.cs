using System.Data;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.EndToEnd.Faults;
using ClusterPanel.Infrastructure.Tests.Persistence;
using Microsoft.Data.Sqlite;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>A cluster is made, or changed, while faults happen at the given points; nobody helps.</summary>
internal sealed class CrashRun(Scenario scenario, PostgresServer? postgres, IReadOnlyList<CrashPoint> points)
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TerminationLimit = TimeSpan.FromSeconds(10);

    // Where the panel's own files and kubeadm's are on a host.
    private static readonly string[] SmallDisks = ["/var/lib/clusterpanel", "/etc/kubernetes"];

    private readonly FaultPlan _plan = new(scenario.Panel.FaultFolder!);
    private readonly List<CrashPoint> _waiting = [.. points.Where(p => p.Place.Action == FaultAction.Wait)];

    /// <summary>Makes it, with three masters and a worker, and tells what became of every point.</summary>
    public static async Task<IReadOnlyList<CrashRow>> CreateAsync(IReadOnlyList<CrashPoint> points, string? package = null)
    {
        var database = points.Any(p => p.Fault == CrashFault.DatabaseDown);
        Assert.SkipWhen(database && PostgresServer.Programs is null, "needs PostgreSQL: apt-get install postgresql");
        await using var postgres = database ? await PostgresServer.StartAsync(PostgresServer.Programs!) : null;
        await using var scenario = await Scenario.BeginAsync(4, postgres?.ConnectionString, [.. points.Select(p => p.Place)]);
        return await new CrashRun(scenario, postgres, points).RunAsync(package ?? Scenario.StandIn!);
    }

    private async Task<IReadOnlyList<CrashRow>> RunAsync(string package)
    {
        foreach (var host in scenario.Lab.Hosts)
        {
            await KubeadmWitness.InstallAsync(scenario.Lab, host.Name);
            if (points.Any(p => p.Fault == CrashFault.DiskFull))
            {
                await scenario.Lab.RunAsync(host.Name, string.Join('\n', SmallDisks.Select(d => $"mkdir -p {d}; mount -t tmpfs -o size=64m,mode=755 tmpfs {d}")));
            }
        }

        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 3, package));
        await FinishAsync(deployment, hosts, TimeSpan.FromMinutes(10 + points.Count));
        return await RowsAsync(deployment, hosts, points);
    }

    /// <summary>Lets a deployment that was started be disturbed; asserts that it succeeds.</summary>
    public async Task FinishAsync(Deployment deployment, IReadOnlyList<Host> hosts, TimeSpan limit)
    {
        await DisturbAsync(deployment, hosts, limit);
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, TimeSpan.FromSeconds(1));
    }

    /// <summary>What became of those points.</summary>
    public async Task<IReadOnlyList<CrashRow>> RowsAsync(Deployment deployment, IReadOnlyList<Host> hosts, IReadOnlyList<CrashPoint> those)
    {
        var attempts = await scenario.Backend.Journal.ListAttemptsAsync(deployment.Id, None);
        var log = await scenario.LogAsync(deployment);
        var rows = new List<CrashRow>();
        foreach (var point in those)
        {
            var id = hosts.Single(h => h.Name == point.Place.Host).Id;
            var done = attempts.SingleOrDefault(a => a.Stage == point.Place.Stage && a.HostId == id && a.Status == StepStatus.Succeeded);
            var reached = _plan.ReachedAt(point.Place);
            var (lost, doubled) = await CompareAsync(log, point.Place.Stage, point.Place.Host);
            rows.Add(new CrashRow(
                point,
                done is not null && reached is not null,
                done is null || reached is null ? 0 : Math.Max(0, (done.EndedAt!.Value - reached.Value).TotalSeconds),
                lost,
                doubled,
                point.Place.Stage is "kubeadm-init" or "join-control-plane" or "join-worker" ? await KubeadmWitness.ReadAsync(scenario.Lab, point.Place.Host) : null,
                log.Any(l => l.Stage == point.Place.Stage && l.Host == point.Place.Host && l.Text.StartsWith("A half-done", StringComparison.Ordinal))));
        }

        return rows;
    }

    private async Task DisturbAsync(Deployment deployment, IReadOnlyList<Host> hosts, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        using var timer = new PeriodicTimer(LookEvery);
        while (!(await scenario.Backend.Journal.FindAsync(deployment.Id, None))!.IsFinished && !timeout.IsCancellationRequested)
        {
            if (scenario.Panel.HasEnded)
            {
                await scenario.Panel.StartAsync();
            }

            foreach (var point in _waiting.Where(p => _plan.ReachedAt(p.Place) is not null).ToList())
            {
                _waiting.Remove(point);
                await HappenAsync(point, deployment, hosts.Single(h => h.Name == point.Place.Host).Id);
            }

            await timer.WaitForNextTickAsync(None);
        }
    }

    private async Task HappenAsync(CrashPoint point, Deployment deployment, Guid hostId)
    {
        var host = point.Place.Host;
        switch (point.Fault)
        {
            case CrashFault.TerminatePanel:
                var ending = scenario.Panel.TerminateAsync();
                _plan.Release(point.Place);
                var took = await ending;
                Assert.True(took <= TerminationLimit, $"SIGTERM in {point.Place.Name}: the panel took {took.TotalSeconds:0.0} s to end.");
                break;
            case CrashFault.CutSsh:
                await scenario.Lab.RunAsync(host, "pkill -KILL -f '^sshd: (root|ops)'");
                _plan.Release(point.Place);
                break;
            case CrashFault.NetworkDown:
                await scenario.Lab.DoAsync("cut", host);
                _plan.Release(point.Place);
                await Task.Delay(TimeSpan.FromSeconds(30));
                await scenario.Lab.DoAsync("mend", host);
                break;
            case CrashFault.Reboot:
                await scenario.Lab.DoAsync("kill", host);
                _plan.Release(point.Place);
                await scenario.Lab.DoAsync("start", host);
                break;
            case CrashFault.DiskFull:
                await scenario.Lab.RunAsync(host, string.Join('\n', SmallDisks.Select(d => $"cat /dev/zero > {d}/fill 2>/dev/null || :")));
                _plan.Release(point.Place);
                await UntilSeenAsync(deployment, point, hostId, TimeSpan.FromSeconds(20));
                await scenario.Lab.RunAsync(host, string.Join('\n', SmallDisks.Select(d => $"rm -f {d}/fill")));
                break;
            case CrashFault.DatabaseDown when postgres is null:
                await using (var database = new SqliteConnection($"Data Source={Path.Combine(scenario.DataDirectory, "clusterpanel.db")};Pooling=False;Default Timeout=30"))
                {
                    await database.OpenAsync(None);
                    await using var held = await database.BeginTransactionAsync(IsolationLevel.Serializable, None);
                    _plan.Release(point.Place);
                    await Task.Delay(TimeSpan.FromSeconds(20));
                }

                break;
            case CrashFault.DatabaseDown:
                await postgres!.StopAsync();
                _plan.Release(point.Place);
                await Task.Delay(TimeSpan.FromSeconds(20));
                await postgres.StartAgainAsync();
                break;
            default:
                throw new InvalidOperationException($"{point.Fault} does not happen from outside.");
        }
    }

    // Until the panel says that it waits for the disk, or has finished the stage without noticing (a look needs no space).
    private async Task UntilSeenAsync(Deployment deployment, CrashPoint point, Guid hostId, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        using var timer = new PeriodicTimer(LookEvery);
        while (!timeout.IsCancellationRequested)
        {
            var attempts = await scenario.Backend.Journal.ListAttemptsAsync(deployment.Id, None);
            if (attempts.Any(a => a.Stage == point.Place.Stage && a.HostId == hostId && (a.Status != StepStatus.Running || a.Activity?.Contains("Tries again", StringComparison.Ordinal) == true)))
            {
                return;
            }

            await timer.WaitForNextTickAsync(None);
        }
    }

    // What the detached commands of a stage printed, against what is in the log. A command that was undone is forgotten on the
    // host and stays in the log, so the end of the log's lines must be the host's.
    private async Task<(int? Lost, int? Doubled)> CompareAsync(IReadOnlyList<LogLine> log, string stage, string host)
    {
        if (!await scenario.Lab.TryAsync(host, "true"))
        {
            // It is off: what was done about it was done on others.
            return (null, null);
        }

        var (any, lost, doubled) = (false, 0, 0);
        foreach (var (file, stream) in new[] { ("out", LineSource.Output), ("err", LineSource.Error) })
        {
            var printed = (await scenario.Lab.RunAsync(host, $$"""
                for d in $(ls -dtr /var/lib/clusterpanel/run/*-{{stage}}-{{host}}-* 2>/dev/null); do
                  if [ -s "$d/{{file}}" ]; then cat "$d/{{file}}"; fi
                done
                """)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            any |= printed.Length > 0;
            var stored = log.Where(l => l.Stage == stage && l.Host == host && l.Stream == stream && l.Text.Length > 0).Select(l => l.Text).ToList();
            var at = stored.Count - 1;
            foreach (var line in printed.Reverse())
            {
                var found = stored.FindLastIndex(Math.Max(at, 0), text => text == line.TrimEnd('\r'));
                (lost, at) = found < 0 ? (lost + 1, at) : (lost, found - 1);
            }

            // A command that was run again, because it was cut off or failed meanwhile, has printed the same before.
            var again = log.Any(l => l.Stage == stage && l.Host == host && l.Stream == LineSource.Panel
                && (l.Text.Contains("half-done", StringComparison.Ordinal) || l.Text.EndsWith("is looked at now.", StringComparison.Ordinal)));
            doubled += again ? 0 : printed.CountBy(l => l.TrimEnd('\r')).Sum(l => Math.Max(0, stored.Count(text => text == l.Key) - l.Value));
        }

        return any ? (lost, doubled) : (null, null);
    }
}
