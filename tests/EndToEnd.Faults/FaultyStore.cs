using System.Reflection;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.EndToEnd.Faults;

/// <summary>The journal, with faults between the end of a stage's work on a host and its record.</summary>
public class FaultyStore : DispatchProxy
{
    private IDeploymentStore _inner = null!;
    private FaultTrigger _trigger = null!;

    internal static IDeploymentStore Wrap(IDeploymentStore inner, FaultTrigger trigger)
    {
        var proxy = Create<IDeploymentStore, FaultyStore>();
        (((FaultyStore)(object)proxy)._inner, ((FaultyStore)(object)proxy)._trigger) = (inner, trigger);
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(IDeploymentStore.AddAttemptAsync) or nameof(IDeploymentStore.UpdateAttemptAsync) => WriteAsync(targetMethod, args!),
        nameof(IDeploymentStore.ListAttemptsAsync) => ListAsync((Guid)args![0]!, (CancellationToken)args[1]!),
        _ => Call(targetMethod, args),
    };

    private object? Call(MethodInfo method, object?[]? args) =>
        method.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);

    private async Task WriteAsync(MethodInfo method, object?[] args)
    {
        var attempt = args.OfType<Attempt>().Single();
        _trigger.Saw(attempt);
        if (attempt.Status == StepStatus.Succeeded && _trigger.Find(attempt.HostId, FaultMoment.After) is { } point)
        {
            await _trigger.ReachAsync(point);
        }

        await (Task)Call(method, args)!;
    }

    // What goes on after a restart is not added anew.
    private async Task<IReadOnlyList<Attempt>> ListAsync(Guid deployment, CancellationToken cancellationToken)
    {
        var attempts = await _inner.ListAttemptsAsync(deployment, cancellationToken);
        foreach (var attempt in attempts.Where(a => a.Status == StepStatus.Running))
        {
            _trigger.Saw(attempt);
        }

        return attempts;
    }
}
