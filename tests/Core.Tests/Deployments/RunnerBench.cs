using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Deployments;

/// <summary>A runner with everything around it faked, for plans made of <see cref="FakeStep"/>.</summary>
internal sealed class RunnerBench
{
    private readonly List<IStep> _steps = [];
    private readonly List<Stage> _stages = [];

    public RunnerBench()
    {
        Store = new FakeDeploymentStore(Time);
        Clusters.Clusters.Add(new Cluster { Id = Samples.ClusterId, Name = "blue", Spec = Samples.Spec() });
    }

    public static Lease Lease { get; } = new(Samples.ClusterId, Samples.DeploymentId, "panel-1:42:abcd", 7);

    public LogLimits Limits { get; set; } = LogLimits.Default;

    public SteppingTime Time { get; } = new();

    public FakeDeploymentStore Store { get; }

    public FakeClusterStore Clusters { get; } = new();

    public FakePackageStore Packages { get; } = new(Samples.Package());

    public FakeSessions Sessions { get; } = new();

    public FakeHostStore Hosts { get; } = new(Enumerable.Range(1, 5).Select(Samples.Host));

    /// <summary>What happened, in order: begin and end of every step's work.</summary>
    public List<string> Events { get; } = [];

    /// <summary>Adds a stage on hosts h1 to hN.</summary>
    public RunnerBench Stage(string key, int width, int hosts, Func<StepContext, CancellationToken, Task> work, bool withPrevious = false)
    {
        var step = new FakeStep(key, async (context, stop) =>
        {
            Events.Add($"{key} {context.Target.HostName} begins");
            await work(context, stop);
            Events.Add($"{key} {context.Target.HostName} ends");
        });
        _steps.Add(step);
        var members = Samples.Spec().Members.Take(hosts).Select(m => new StageHost(m, step.Commands(Samples.Input(), m)));
        _stages.Add(new Stage(key, key, step.Title, width, [.. members]) { WithPrevious = withPrevious });
        return this;
    }

    /// <summary>Makes the last stage one whose failures are warnings.</summary>
    public RunnerBench MakeOptional()
    {
        _stages[^1] = _stages[^1] with { Optional = true };
        return this;
    }

    /// <summary>Takes the detached commands out of the last stage.</summary>
    public RunnerBench WithoutDetached()
    {
        var stage = _stages[^1];
        _stages[^1] = stage with { Hosts = [.. stage.Hosts.Select(h => new StageHost(h.Member, [.. h.Commands.Where(c => c.Kind != CommandKind.Detached)]))] };
        return this;
    }

    /// <summary>Adds a host to the last stage that is no member when the plan has been run.</summary>
    public RunnerBench With(ClusterMember leaving)
    {
        var stage = _stages[^1];
        _stages[^1] = stage with { Hosts = [.. stage.Hosts, new StageHost(leaving, stage.Hosts[0].Commands)] };
        return this;
    }

    /// <summary>Adds an attempt that was there before.</summary>
    public Attempt Seed(string stage, int host, StepStatus status, int number = 1)
    {
        var attempt = new Attempt { DeploymentId = Samples.DeploymentId, Stage = stage, HostId = Samples.HostId(host), Number = number, Status = status, StartedAt = Samples.Now };
        Store.Seed(attempt);
        return attempt;
    }

    /// <summary>Adds a failed attempt that was there before, and the operator's wish to try again.</summary>
    public void SeedRetried(string stage, int host) => Store.Requests.Add(DeploymentRequest.Retry(Seed(stage, host, StepStatus.Failed), "olga", Samples.Now));

    /// <summary>Runs the plan to its end in virtual time.</summary>
    public void Run() => RunUntil(CancellationToken.None);

    /// <summary>Runs the plan until it ends or the process is asked to stop.</summary>
    public void RunUntil(CancellationToken shutdown)
    {
        Store.Plans[Samples.DeploymentId] = new Plan("Test", _stages, Samples.Spec());
        var runner = new DeploymentRunner(
            Store, Clusters, Packages, Hosts, new FakeCredentialStore(), Sessions, new StepCatalog(_steps), new PanelIdentity(Samples.PanelId, "panel-1"), Limits, Time);
        Virtual.Run(Time, () => runner.RunAsync(Lease, Time.GetTimestamp(), shutdown));
    }
}
