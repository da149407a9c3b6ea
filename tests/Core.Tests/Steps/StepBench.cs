using System.Globalization;
using System.Text;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Deployments;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

/// <summary>
/// One step of the sample plan on one host, with hosts that answer by the commands' keys. A text that is not exactly the
/// planned one, fenced where it changes something, is not answered: the plan shown is the plan run.
/// </summary>
internal sealed class StepBench
{
    private readonly Stage _stage;
    private readonly StageHost _work;
    private readonly PlanInput _input;
    private readonly Dictionary<string, Queue<CommandResult>> _answers = [];
    private readonly HashSet<string> _there = [];
    private readonly Dictionary<string, double> _seconds = [];

    public StepBench(string step, string host, string version = Samples.OldVersion, int masters = 3)
    {
        _input = Samples.Input(version, masters);
        _stage = Samples.Stages(version, masters).First(s => s.Step == step && s.Hosts.Any(h => h.Member.HostName == host));
        _work = _stage.Hosts.Single(h => h.Member.HostName == host);
        Store = new FakeDeploymentStore(Time);
        Sessions.Respond = (h, command, _) => Task.FromResult(Answer(h.Name, command));
    }

    /// <summary>The same where another member, at that address, has the host's node name.</summary>
    public StepBench(string step, string host, string twin, NodeRole role)
        : this(step, host)
    {
        _input = new PlanInput(Samples.ClusterId, _input.Spec with { Members = [.. _input.Spec.Members, new ClusterMember(Samples.HostId(9), "twin", host, twin, role, null, "")] }, null);
        _work = _work with { Commands = StepCatalog.Default.Find(step).Commands(_input, _work.Member) };
    }

    public SteppingTime Time { get; } = new();

    public FakeDeploymentStore Store { get; }

    public FakeClusterStore Clusters { get; } = new();

    public FakeSessions Sessions { get; } = new();

    /// <summary>What was done, as <c>host key</c>; for detached commands when they are started, or <c>host forget key</c>.</summary>
    public List<string> Did { get; } = [];

    /// <summary>What the changes among <see cref="Did"/> were given on standard input.</summary>
    public Dictionary<string, string> Inputs { get; } = [];

    public IEnumerable<string> Changes => Did.Where(d => !_work.Commands.Any(c => c.Kind == CommandKind.Look && d.EndsWith(" " + c.Key, StringComparison.Ordinal)));

    public double Seconds => (Time.GetUtcNow() - Samples.Now).TotalSeconds;

    /// <summary>Says what a command prints: one answer after the other, the last one again and again.</summary>
    public StepBench On(string host, string key, params string[] outputs) => On(host, key, [.. outputs.Select(FakeSessions.Ok)]);

    /// <summary>Says how a command ends.</summary>
    public StepBench On(string host, string key, params CommandResult[] results)
    {
        _answers[$"{host} {key}"] = new Queue<CommandResult>(results);
        return this;
    }

    /// <summary>Says how long a look or a change takes until it is answered.</summary>
    public StepBench Takes(string host, string key, double seconds)
    {
        _seconds[$"{host} {key}"] = seconds;
        return this;
    }

    /// <summary>Runs the step.</summary>
    public void Run() => Virtual.Run(Time, async () =>
    {
        await using var log = await DeploymentLog.OpenAsync(Store, RunnerBench.Lease, Time, CancellationToken.None);
        await using var pool = new SessionPool(new FakeHostStore(Enumerable.Range(1, 5).Select(Samples.Host)), Sessions, new FakeCredentialStore(), log.Redactor);
        using var requests = new RunRequests(Store, Samples.DeploymentId);
        await requests.ReadAsync(CancellationToken.None);
        var run = new DeploymentRun
        {
            Lease = RunnerBench.Lease,
            Input = _input,
            Fence = Samples.Fence,
            Store = Store,
            Clusters = Clusters,
            Log = log,
            Sessions = pool,
            Requests = requests,
            LogLimits = LogLimits.Default,
            Time = Time,
        };
        var attempt = new Attempt { DeploymentId = Samples.DeploymentId, Stage = _stage.Key, HostId = _work.Member.HostId, Number = 1, StartedAt = Samples.Now };
        await StepCatalog.Default.Find(_stage.Step).RunAsync(new StepContext(run, _stage, _work, attempt), CancellationToken.None);
    });

    /// <summary>Runs the step, which must fail on a command.</summary>
    public CommandFailedException RunFails() => Assert.Throws<CommandFailedException>(Run);

    private CommandResult Answer(string host, HostCommand command)
    {
        foreach (var planned in _work.Commands)
        {
            var unit = DetachedUnit.For(Samples.DeploymentId, _stage.Key, _work.Member.HostName, 1, planned.Key);
            if (planned.Kind == CommandKind.Look && command.Script == planned.Script)
            {
                return Note(host, planned.Key);
            }

            if (planned.Kind == CommandKind.Change && (command.Script == Samples.Fence.Guard(planned.Script) || command.Script == Samples.Fence.TakeOver(planned.Script)))
            {
                Inputs[planned.Key] = Encoding.UTF8.GetString(command.Input.Span);
                return Note(host, planned.Key);
            }

            if (planned.Kind == CommandKind.Detached && command.Script == Samples.Fence.Guard(unit.Start(Samples.Fence.Guard(planned.Script))))
            {
                if (_there.Add(unit.Name))
                {
                    Inputs[planned.Key] = Encoding.UTF8.GetString(command.Input.Span);
                    Did.Add($"{host} {planned.Key}");
                }

                return FakeSessions.Ok("");
            }

            if (planned.Kind == CommandKind.Detached && command.Summary == $"Follow {unit.Name}")
            {
                var result = Next($"{host} {planned.Key}") ?? FakeSessions.Ok("");
                return FakeSessions.Ok(string.Create(CultureInfo.InvariantCulture, $"ended {Encoding.UTF8.GetByteCount(result.Output)} {Encoding.UTF8.GetByteCount(result.Error)} {result.ExitCode}\n{result.Output}{result.Error}"));
            }

            if (planned.Kind == CommandKind.Detached && command.Script == Samples.Fence.Guard(unit.Forget()))
            {
                _there.Remove(unit.Name);
                Did.Add($"{host} forget {planned.Key}");
                return FakeSessions.Ok("");
            }
        }

        throw new InvalidOperationException($"\"{command.Summary}\" on {host} is not the planned text.");
    }

    private CommandResult Note(string host, string key)
    {
        Did.Add($"{host} {key}");
        Time.Advance(TimeSpan.FromSeconds(_seconds.GetValueOrDefault($"{host} {key}")));
        return Next($"{host} {key}")
            ?? (_work.Commands.Single(c => c.Key == key).Kind == CommandKind.Look ? throw new InvalidOperationException($"The test does not say what \"{key}\" prints on {host}.") : FakeSessions.Ok(""));
    }

    private CommandResult? Next(string which) =>
        !_answers.TryGetValue(which, out var queue) ? null : queue.Count > 1 ? queue.Dequeue() : queue.Peek();
}
