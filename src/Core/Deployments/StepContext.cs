using System.Globalization;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// What a running step may use. Commands are named by the key under which they stand in the plan; a text that is not in the
/// plan cannot be run, so the plan shown is the plan run.
/// </summary>
public sealed class StepContext
{
    // Less than 1 MiB free where a step, kubeadm or a container writes. What a command prints tells it seldom: it could not write that either.
    private const string FullDisks = """
        df -Pk / /etc /etc/kubernetes /tmp /var /var/lib/clusterpanel /var/lib/containerd /var/lib/etcd /var/lib/kubelet 2>/dev/null | awk 'NR > 1 && $4 < 1024 { print $6 }' | sort -u
        """;

    private static readonly TimeSpan HousekeepingTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // A server of metal needs minutes to boot.
    private static readonly Wait ForAMaster = new("a healthy master", TimeSpan.FromMinutes(5), "the masters' hosts do not answer, or their API servers are still starting");

    private readonly DeploymentRun _run;
    private readonly Stage _stage;
    private readonly StageHost _work;
    private readonly Attempt _attempt;

    internal StepContext(DeploymentRun run, Stage stage, StageHost work, Attempt attempt)
    {
        _run = run;
        _stage = stage;
        _work = work;
        _attempt = attempt;
    }

    /// <summary>What the plan was computed from.</summary>
    public PlanInput Input => _run.Input;

    /// <summary>What was asked for.</summary>
    public ClusterSpec Spec => _run.Input.Spec;

    /// <summary>The members that are to be in the cluster at the end: all but the workers an operator has left out.</summary>
    public IEnumerable<ClusterMember> Members => Spec.Members.Where(m => _run.Requests.SkippedBy(m.HostId) is null);

    /// <summary>The host the step works for.</summary>
    public ClusterMember Target => _work.Member;

    /// <summary>Time, for deadlines.</summary>
    public TimeProvider Time => _run.Time;

    /// <summary>Writes a sentence of the panel's own into the log.</summary>
    public ValueTask SayAsync(string text, CancellationToken cancellationToken) =>
        _run.Log.WriteAsync(_stage.Key, Target.HostName, LineSource.Panel, text, cancellationToken);

    /// <summary>Hides a value in every line that is logged from now on.</summary>
    public void Hide(string secret) => _run.Log.Redactor.Add(secret);

    /// <summary>Runs a planned look. Its output is the step's to judge and is not logged.</summary>
    /// <param name="key">Key of the command in the plan.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="on">Another member to look at; by default the target.</param>
    /// <param name="input">Standard input.</param>
    public async Task<CommandResult> LookAsync(string key, CancellationToken cancellationToken, ClusterMember? on = null, ReadOnlyMemory<byte> input = default)
    {
        var command = Find(key, CommandKind.Look);
        var session = await SessionAsync(on ?? Target, cancellationToken);
        return await session.RunAsync(new HostCommand(command.Sentence, command.Script, command.Timeout) { Input = input }, cancellationToken);
    }

    /// <summary>Runs a planned look and returns its first output line, trimmed.</summary>
    /// <exception cref="CommandFailedException">It ended with another exit code than 0.</exception>
    public async Task<string> ReadAsync(string key, CancellationToken cancellationToken, ClusterMember? on = null)
    {
        var result = await LookAsync(key, cancellationToken, on);
        ThrowIfFailed(result, on ?? Target, Find(key, CommandKind.Look));
        return result.Output.Split('\n')[0].Trim();
    }

    /// <summary>Runs a planned look that brings a file or a secret: it must succeed, and its output is in no error.</summary>
    /// <exception cref="CommandFailedException">It ended with another exit code than 0, or brought more than the panel keeps.</exception>
    public async Task<CommandResult> FetchAsync(string key, CancellationToken cancellationToken, ClusterMember? on = null)
    {
        var (result, command, host) = (await LookAsync(key, cancellationToken, on), Find(key, CommandKind.Look), on ?? Target);
        ThrowIfFailed(result with { Output = "" }, host, command);
        return result.IsCut ? throw new CommandFailedException(host.HostName, command.Sentence, result.ExitCode, ["it is too much to be kept by the panel"]) : result;
    }

    /// <summary>Runs a planned change, fenced; its lines go to the log.</summary>
    /// <exception cref="CommandFailedException">It ended with another exit code than 0.</exception>
    public Task<CommandResult> ChangeAsync(string key, CancellationToken cancellationToken, ClusterMember? on = null, ReadOnlyMemory<byte> input = default) =>
        ChangeAsync(key, _run.Fence.Guard, on, input, logOutput: true, cancellationToken);

    /// <summary>Who asked to take the target over from another panel or cluster, or null.</summary>
    public string? TakenOverBy => _run.Requests.TakenOverBy(Target.HostId);

    /// <summary>True when a mark on a host, panel and cluster with a blank between them and perhaps the last writer, is this cluster's.</summary>
    public bool IsOurs(string mark) => _run.Fence.IsOurs(mark);

    /// <summary>Runs a planned change on a target that another panel or cluster has marked as its own, and marks it as ours.</summary>
    /// <exception cref="CommandFailedException">It ended with another exit code than 0.</exception>
    public Task TakeOverAsync(string key, CancellationToken cancellationToken) =>
        ChangeAsync(key, _run.Fence.TakeOver, null, default, logOutput: true, cancellationToken);

    /// <summary>Runs a planned change whose standard output is a secret: it is returned and not logged.</summary>
    /// <exception cref="CommandFailedException">It ended with another exit code than 0.</exception>
    public async Task<string> SecretChangeAsync(string key, CancellationToken cancellationToken, ClusterMember? on = null) =>
        (await ChangeAsync(key, _run.Fence.Guard, on, default, logOutput: false, cancellationToken)).Output;

    /// <summary>Runs a planned detached command to its end. When this attempt has started it before, that run is followed instead.</summary>
    /// <exception cref="CommandFailedException">It ended with another exit code than 0.</exception>
    /// <exception cref="CommandInterruptedException">It did not run to its end.</exception>
    public async Task DetachedAsync(string key, CancellationToken cancellationToken, ReadOnlyMemory<byte> input = default)
    {
        var command = Find(key, CommandKind.Detached);
        var unit = DetachedUnit.For(_run.Lease.DeploymentId, _stage.Key, Target.HostName, _attempt.Number, key);
        await BeginAsync(command, Target, cancellationToken);
        var session = await SessionAsync(Target, cancellationToken);
        var start = new HostCommand(command.Sentence, _run.Fence.Guard(unit.Start(_run.Fence.Guard(command.Script))), TimeSpan.FromMinutes(1)) { Input = input };
        ThrowIfFailed(await session.RunAsync(start, cancellationToken), Target, command);
        var end = await FollowAsync(unit, command.Timeout, cancellationToken);
        if (!end.Ended)
        {
            throw new CommandInterruptedException(Target.HostName, command.Sentence, end.WhyNotEnded);
        }

        try
        {
            ThrowIfFailed(new CommandResult(end.ExitCode, "", string.Join('\n', end.LastLines)), Target, command);
        }
        catch (CommandFailedException e) when (e.Kind == FailureKind.Busy)
        {
            // It is tried again by itself; the next try must not take this end for its own.
            await ForgetAsync(unit, cancellationToken);
            throw;
        }
    }

    /// <summary>How long a planned command may take.</summary>
    public TimeSpan TimeLimit(string key) => _work.Commands.Single(c => c.Key == key).Timeout;

    /// <summary>True when the plan has a command of that key for this host.</summary>
    public bool IsPlanned(string key) => _work.Commands.Any(c => c.Key == key);

    /// <summary>True when it is a command of the plan that failed.</summary>
    /// <param name="key">Key of the command.</param>
    /// <param name="failure">What was thrown.</param>
    public bool IsOf(string key, CommandFailedException failure) => _work.Commands.Any(c => c.Key == key && c.Sentence == failure.Summary);

    /// <summary>Runs a planned change in the way the plan says: at once, or detached.</summary>
    /// <exception cref="CommandFailedException">It ended with another exit code than 0.</exception>
    public Task ApplyAsync(string key, CancellationToken cancellationToken) =>
        _work.Commands.Any(c => c.Key == key && c.Kind == CommandKind.Detached)
            ? DetachedAsync(key, cancellationToken)
            : ChangeAsync(key, cancellationToken);

    /// <summary>Forgets that this attempt ran a detached command, so that it can run anew (after its effects were undone).</summary>
    public Task ForgetDetachedAsync(string key, CancellationToken cancellationToken) =>
        ForgetAsync(DetachedUnit.For(_run.Lease.DeploymentId, _stage.Key, Target.HostName, _attempt.Number, key), cancellationToken);

    /// <summary>Where a disk of the target is full, as a sentence; null when none is, or when the target does not answer.</summary>
    internal async Task<string?> FullDiskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var session = await SessionAsync(Target, cancellationToken);
            var result = await session.RunAsync(new HostCommand("Look for full disks", FullDisks, TimeSpan.FromSeconds(20)), cancellationToken);
            return result.Output.Trim() is { Length: > 0 } full ? $"The disk at {string.Join(", ", full.Split('\n'))} is full." : null;
        }
        catch (HostException)
        {
            return null;
        }
    }

    /// <summary>
    /// Follows every detached command this attempt has started before the panel or the link was lost: one that runs to its end,
    /// one that has ended for the lines nobody has read. One that was cut off itself, or failed (of the same outage, perhaps), is
    /// forgotten, so that the step's look decides what is to be done.
    /// </summary>
    internal async Task ReattachAsync(CancellationToken cancellationToken)
    {
        foreach (var name in await ListStartedAsync(cancellationToken))
        {
            await SayAsync($"Found {name}, started before; following it.", cancellationToken);
            var unit = new DetachedUnit(name);
            var end = await FollowAsync(unit, TimeSpan.FromHours(1), cancellationToken);
            if (!end.Ended || end.ExitCode != 0)
            {
                var how = end.Ended ? string.Create(CultureInfo.InvariantCulture, $"it has failed meanwhile, with exit code {end.ExitCode}.") : end.WhyNotEnded;
                await SayAsync($"{name}: {how} What it did is looked at now.", cancellationToken);
                await ForgetAsync(unit, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Stops the detached commands of this attempt on the host, brings what they printed, and lets the step put back what must not
    /// stay half-way. What cannot be stopped is said.
    /// </summary>
    internal async Task StopAsync(IStep step, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var name in await ListStartedAsync(cancellationToken))
            {
                await SayAsync($"Stops {name}.", cancellationToken);
                var unit = new DetachedUnit(name);
                await HousekeepAsync($"Stop {name}", _run.Fence.Check(unit.Stop()), cancellationToken);
                await FollowAsync(unit, HousekeepingTimeout, cancellationToken);
                await ForgetAsync(unit, cancellationToken);
            }

            await step.AfterStopAsync(this, cancellationToken);
        }
        catch (HostException e)
        {
            await SayAsync($"Could not be stopped on the host: {e.Message}", cancellationToken);
            _run.NotStopped.Add($"{_stage.Title} may still run on {Target.HostName}: {e.Message}");
        }
    }

    /// <summary>Puts a file on the target; progress is shown as the attempt's activity.</summary>
    public async Task UploadAsync(string key, string localPath, string remotePath, string sha256, CancellationToken cancellationToken)
    {
        var command = Find(key, CommandKind.Upload);
        var session = await SessionAsync(Target, cancellationToken);
        var begun = Time.GetTimestamp();
        UploadProgress last = default;
        var reports = new UploadReports(p =>
        {
            last = p;
            _run.Report(_attempt, string.Create(CultureInfo.InvariantCulture, $"Sending: {p.Sent / 1048576} of {p.Total / 1048576} MiB ({100 * p.Sent / Math.Max(1, p.Total)} %)"));
        });
        await SayAsync(command.Sentence, cancellationToken);
        var sent = await SendAsync(command, () => session.UploadAsync(localPath, remotePath, sha256, _run.Fence, reports, cancellationToken));
        await SayAsync(sent
            ? string.Create(CultureInfo.InvariantCulture, $"Sent {last.Total / 1048576} MiB in {Time.GetElapsedTime(begun).TotalSeconds:0.0} s; SHA-256 is right.")
            : "A file with the right SHA-256 is there already; nothing was sent.", cancellationToken);
    }

    /// <summary>A TCP way to an address as seen from a member.</summary>
    public async Task<IPortForward> ForwardAsync(ClusterMember from, string address, int port, CancellationToken cancellationToken) =>
        await (await SessionAsync(from, cancellationToken)).ForwardAsync(address, port, cancellationToken);

    /// <summary>Stores the cluster's admin kubeconfig, encrypted.</summary>
    public Task SaveKubeconfigAsync(string kubeconfig, CancellationToken cancellationToken) =>
        _run.Clusters.SaveKubeconfigAsync(_run.Lease.ClusterId, kubeconfig, cancellationToken);

    /// <summary>Stores how the target was before the first change, encrypted.</summary>
    public Task SaveHostRecordAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken) =>
        _run.Clusters.SaveHostRecordAsync(_run.Lease.ClusterId, Target.HostId, record, cancellationToken);

    /// <summary>That record, or null when none was ever made.</summary>
    public Task<byte[]?> OpenHostRecordAsync(CancellationToken cancellationToken) =>
        _run.Clusters.OpenHostRecordAsync(_run.Lease.ClusterId, Target.HostId, cancellationToken);

    /// <summary>Forgets that record: the host is as it was.</summary>
    public Task DropHostRecordAsync(CancellationToken cancellationToken) =>
        _run.Clusters.DropHostRecordAsync(_run.Lease.ClusterId, Target.HostId, cancellationToken);

    /// <summary>
    /// A master, other than the target, whose own API server says it is ready, found with the planned look
    /// <c>api-ready</c>. There is no first-master privilege: any will do.
    /// </summary>
    /// <exception cref="CommandFailedException">None was ready within five minutes.</exception>
    public async Task<ClusterMember> HealthyControlPlaneAsync(CancellationToken cancellationToken)
    {
        ClusterMember? found = null;
        await UntilAsync(ForAMaster, async token =>
        {
            var says = new List<string>();
            foreach (var master in Spec.ControlPlane.Where(m => m.HostId != Target.HostId || Spec.ControlPlane.Count() == 1))
            {
                try
                {
                    var result = await LookAsync(Steps.ApiReady.Key, token, master);
                    if (result.Succeeded)
                    {
                        found = master;
                        return null;
                    }

                    says.Add($"{master.NodeName}: {result.LastLine}");
                }
                catch (HostException e)
                {
                    says.Add(e.Message);
                }
            }

            return string.Join("; ", says);
        }, cancellationToken);
        return found!;
    }

    /// <summary>Polls a planned look until it exits with 0; its last line is the reason why not yet.</summary>
    /// <exception cref="CommandFailedException">It did not in time.</exception>
    public Task UntilAsync(Wait wait, string look, CancellationToken cancellationToken) =>
        UntilAsync(wait, async token => await LookAsync(look, token) is { Succeeded: false } result ? result.LastLine : null, cancellationToken);

    /// <summary>Polls a condition until it holds. What is waited for, since when, until when and why stands as the attempt's activity.</summary>
    /// <param name="wait">What is waited for.</param>
    /// <param name="check">Null when the condition holds, else why not yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandFailedException">It did not hold in time; its line is the last reason.</exception>
    public async Task UntilAsync(Wait wait, Func<CancellationToken, Task<string?>> check, CancellationToken cancellationToken)
    {
        var begun = Time.GetTimestamp();
        var since = Time.GetUtcNow();
        while (true)
        {
            var asked = Time.GetTimestamp();
            var reason = await check(cancellationToken);
            var pause = 2 * Time.GetElapsedTime(asked);
            if (reason is null)
            {
                _run.Report(_attempt, null);
                return;
            }

            if (Time.GetElapsedTime(begun) > wait.Limit)
            {
                var summary = string.Create(CultureInfo.InvariantCulture, $"Waited {wait.Limit.TotalSeconds:0} s for {wait.What}");
                throw new CommandFailedException(Target.HostName, summary, 1, [$"{reason}. Likely cause: {wait.LikelyCause}"]);
            }

            _run.Report(_attempt, string.Create(CultureInfo.InvariantCulture, $"Waits for {wait.What} since {since:HH:mm:ss}, until {since + wait.Limit:HH:mm:ss} UTC: {reason}. Likely cause: {wait.LikelyCause}."));
            // A busy host, or one whose link is slow, is asked less often: it has other things to do, and so have the hosts beside it.
            await Task.Delay(pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause, Time, cancellationToken);
        }
    }

    private PlannedCommand Find(string key, CommandKind kind) =>
        _work.Commands.SingleOrDefault(c => c.Key == key && c.Kind == kind)
        ?? throw new InvalidOperationException($"Step {_stage.Step} wanted to run \"{key}\" ({kind}), which is not in the plan.");

    private Task<IHostSession> SessionAsync(ClusterMember member, CancellationToken cancellationToken) =>
        _run.Sessions.GetAsync(member.HostId, member.HostName, cancellationToken);

    private async Task<CommandResult> ChangeAsync(string key, Func<string, string> fence, ClusterMember? on, ReadOnlyMemory<byte> input, bool logOutput, CancellationToken cancellationToken)
    {
        var command = Find(key, CommandKind.Change);
        var member = on ?? Target;
        await BeginAsync(command, member, cancellationToken);
        var session = await SessionAsync(member, cancellationToken);
        var result = await session.RunAsync(new HostCommand(command.Sentence, fence(command.Script), command.Timeout) { Input = input }, cancellationToken);
        await LogAsync(member, LineSource.Output, logOutput ? result.Output : "", cancellationToken);
        await LogAsync(member, LineSource.Error, result.Error, cancellationToken);
        ThrowIfFailed(logOutput ? result : result with { Output = "" }, member, command);
        return result;
    }

    // What is done now stands as the attempt's activity and in the log, which is stored before anything changes.
    private async Task BeginAsync(PlannedCommand command, ClusterMember member, CancellationToken cancellationToken)
    {
        var sentence = member == Target ? command.Sentence : $"{command.Sentence} (on {member.HostName})";
        var now = Time.GetUtcNow();
        _run.Report(_attempt, command.Kind == CommandKind.Detached
            ? string.Create(CultureInfo.InvariantCulture, $"{sentence}: runs on the host since {now:HH:mm:ss}, until {now + command.Timeout:HH:mm:ss} UTC at the latest.")
            : sentence);
        await SayAsync(sentence, cancellationToken);
        await _run.Log.FlushAsync(cancellationToken);
    }

    private async Task LogAsync(ClusterMember member, LineSource stream, string text, CancellationToken cancellationToken)
    {
        if (text.TrimEnd('\n') is { Length: > 0 } lines)
        {
            await _run.Log.WriteAsync(_stage.Key, member.HostName, stream, lines, cancellationToken);
        }
    }

    // Names of the units this attempt has started on the host, running or ended.
    // A stage without such commands may be about a target that is off for good: what is done then is done through other hosts.
    private async Task<IReadOnlyList<string>> ListStartedAsync(CancellationToken cancellationToken)
    {
        if (_work.Commands.All(c => c.Kind != CommandKind.Detached))
        {
            return [];
        }

        var session = await SessionAsync(Target, cancellationToken);
        var prefix = DetachedUnit.Prefix(_run.Lease.DeploymentId, _stage.Key, Target.HostName, _attempt.Number);
        var list = await session.RunAsync(new HostCommand("Look for commands started before", DetachedUnit.ListStarted(prefix), TimeSpan.FromSeconds(30)), cancellationToken);
        return list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private async Task ForgetAsync(DetachedUnit unit, CancellationToken cancellationToken)
    {
        await HousekeepAsync($"Forget {unit.Name}", _run.Fence.Guard(unit.Forget()), cancellationToken);
        await _run.Log.WriteAsync([], new StreamOffsets(unit.Name, 0, 0), cancellationToken);
    }

    // What the panel does with its own units on the host; no step's work, so in no plan.
    private async Task HousekeepAsync(string sentence, string script, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(Target, cancellationToken);
        var result = await session.RunAsync(new HostCommand(sentence, script, HousekeepingTimeout), cancellationToken);
        ThrowIfFailed(result, Target, PlannedCommand.Change("housekeeping", sentence, script));
    }

    private async Task<UnitFollower> FollowAsync(DetachedUnit unit, TimeSpan limit, CancellationToken cancellationToken)
    {
        var offsets = await _run.Store.ReadOffsetsAsync(_run.Lease.DeploymentId, unit.Name, cancellationToken);
        var follower = new UnitFollower(unit, offsets);
        var output = new OutputLimit(_run.LogLimits.BytesPerCommand, offsets.Output + offsets.Error);
        var begun = Time.GetTimestamp();
        while (true)
        {
            var session = await SessionAsync(Target, cancellationToken);
            var command = new HostCommand($"Follow {unit.Name}", follower.Command, TimeSpan.FromSeconds(40));
            var result = await session.RunAsync(command, cancellationToken);
            if (!result.Succeeded)
            {
                throw new CommandFailedException(Target.HostName, command.Summary, result.ExitCode, result.LastLines(5));
            }

            await LogAsync(output.Take(follower.Take(result.RawOutput.Span)), follower.Offsets, cancellationToken);
            if (follower.Finished)
            {
                if (follower.Offsets is { Output: >= DetachedUnit.HeadBytes } or { Error: >= DetachedUnit.HeadBytes })
                {
                    var ends = await session.RunAsync(new HostCommand($"Read the end of {unit.Name}", unit.Ends(), TimeSpan.FromSeconds(40)), cancellationToken);
                    var (lines, missing) = UnitFollower.ReadEnds(ends.RawOutput.Span);
                    output.Drop(missing);
                    output.Take(lines);
                }

                await LogAsync(output.End(), follower.Offsets, cancellationToken);
                return follower;
            }

            if (Time.GetElapsedTime(begun) > limit)
            {
                throw new CommandFailedException(Target.HostName, string.Create(CultureInfo.InvariantCulture, $"{unit.Name} still runs after {limit.TotalMinutes:0} minutes"), 1, follower.LastLines);
            }
        }
    }

    private async Task LogAsync(IReadOnlyList<OutputLine> lines, StreamOffsets offsets, CancellationToken cancellationToken)
    {
        if (lines.Count > 0)
        {
            var now = Time.GetUtcNow();
            await _run.Log.WriteAsync([.. lines.Select(l => new NewLogLine(now, _stage.Key, Target.HostName, l.Stream, l.Text))], offsets, cancellationToken);
        }
    }

    // An upload's own scripts are fenced like every change.
    private async Task<bool> SendAsync(PlannedCommand command, Func<Task<bool>> upload)
    {
        try
        {
            return await upload();
        }
        catch (CommandFailedException e) when (e.ExitCode is Fence.Outdated or Fence.Busy or Fence.Foreign)
        {
            ThrowIfFailed(new CommandResult(e.ExitCode, "", string.Join('\n', e.LastLines)), Target, command);
            throw;
        }
    }

    private void ThrowIfFailed(CommandResult result, ClusterMember member, PlannedCommand command)
    {
        if (result.Succeeded)
        {
            return;
        }

        if (result.ExitCode == Fence.Outdated)
        {
            throw new LeaseLostException(_run.Lease);
        }

        var kind = result.ExitCode switch
        {
            Fence.Busy => FailureKind.Busy,
            Fence.Foreign => FailureKind.Foreign,
            // Work for this host that another one does through the cluster: it fails when the API or etcd is away.
            _ when member != Target => FailureKind.Network,
            _ => FailureKind.Permanent,
        };
        throw new CommandFailedException(member.HostName, command.Sentence, result.ExitCode, result.LastLines(20), kind);
    }

    private sealed class UploadReports(Action<UploadProgress> report) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => report(value);
    }
}
