using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>A step whose work is the test's.</summary>
internal sealed class FakeStep(string key, Func<StepContext, CancellationToken, Task> work) : IStep
{
    public string Key => key;

    public string Title => $"Title of {key}";

    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        PlannedCommand.Look("look", $"Look for {key}", $"echo look {key}"),
        PlannedCommand.Change("change", $"Change for {key}", $"echo change {key}"),
        PlannedCommand.Detached("long", $"Long change for {key}", $"echo long {key}", 30),
        .. key == "sends" ? new[] { new PlannedCommand("send", CommandKind.Upload, "Send the package", "") } : [],
    ];

    public Task RunAsync(StepContext context, CancellationToken cancellationToken) => work(context, cancellationToken);
}
