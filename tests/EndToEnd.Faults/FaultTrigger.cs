using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.EndToEnd.Faults;

/// <summary>Knows which stage each host is in, and lets happen what was planned for it.</summary>
internal sealed class FaultTrigger(FaultPlan plan)
{
    private const int SigKill = 9;
    private const int SigStop = 19;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Guid, string> _stages = new();
    private readonly ConcurrentDictionary<Guid, string> _names = new();
    private readonly ConcurrentDictionary<FaultPoint, bool> _running = new();
    private readonly IReadOnlyList<FaultPoint> _points = plan.Read();

    /// <summary>Notes what a host is worked on for.</summary>
    public void Saw(Attempt attempt) => _stages[attempt.HostId] = attempt.Stage;

    /// <summary>Notes a host's name; attempts know only its identity.</summary>
    public void Saw(Host host) => _names[host.Id] = host.Name;

    /// <summary>The first point of the host's present stage at that moment which was not reached yet, or null.</summary>
    public FaultPoint? Find(Guid hostId, FaultMoment when) =>
        _stages.TryGetValue(hostId, out var stage) && _names.TryGetValue(hostId, out var name)
            ? _points.FirstOrDefault(p => p.Stage == stage && p.Host == name && p.When == when && !plan.ReachedAt(p).HasValue)
            : null;

    /// <summary>Runs a command and lets it happen meanwhile; a detached one runs on its host when it has been started.</summary>
    public async Task<CommandResult> DisturbAsync(FaultPoint point, Func<Task<CommandResult>> run, bool detached, CancellationToken cancellationToken)
    {
        _running[point] = true;
        try
        {
            var running = run();
            if (detached)
            {
                // A start that was not answered may have reached its host: the fault meets the command there all the same.
                await Task.WhenAny(running);
            }

            await Task.Delay(point.After, cancellationToken);
            await ReachAsync(point);
            return await running;
        }
        catch (OperationCanceledException)
        {
            // The panel is being ended for a point of another host: this command has lost it as well.
            plan.TryReach(point);
            throw;
        }
        finally
        {
            _running.TryRemove(point, out _);
        }
    }

    /// <summary>Lets it happen, unless it has happened before.</summary>
    public async Task ReachAsync(FaultPoint point)
    {
        if (!plan.TryReach(point))
        {
            return;
        }

        switch (point.Action)
        {
            case FaultAction.Kill:
                // Commands of other hosts that run just now lose the panel in the same moment.
                foreach (var other in _running.Keys.Where(p => p.Action == FaultAction.Kill))
                {
                    plan.TryReach(other);
                }

                Send(SigKill);
                await Task.Delay(Timeout.Infinite);
                break;
            case FaultAction.Freeze:
                Send(SigStop);
                break;
            default:
                var begun = Stopwatch.GetTimestamp();
                while (!plan.IsReleased(point) && Stopwatch.GetElapsedTime(begun) < Patience)
                {
                    await Task.Delay(LookEvery);
                }

                break;
        }
    }

    /// <summary>Notes how a command ended that was sent late.</summary>
    public void Note(FaultPoint point, int exitCode) => plan.Note(point, exitCode);

    private static void Send(int signal)
    {
        if (NativeKill(Environment.ProcessId, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} was not sent: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int pid, int signal);
}
