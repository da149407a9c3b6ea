using System.Collections.Concurrent;

namespace ClusterPanel.Core.Deployments;

/// <summary>What operators have asked of the deployment that runs here, as of the last look at the database.</summary>
internal sealed class RunRequests(IDeploymentStore store, Guid deployment) : IDisposable
{
    private readonly CancellationTokenSource _canceled = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _skips = new();
    private volatile IReadOnlyList<DeploymentRequest> _all = [];
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Who asked for a stop, or null.</summary>
    public string? CanceledBy => _all.FirstOrDefault(r => r.Kind is RequestKind.Cancel or RequestKind.Stop)?.By;

    /// <summary>No new work is to be begun.</summary>
    public CancellationToken Canceled => _canceled.Token;

    /// <summary>What runs on hosts is to be stopped too.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <summary>Ends when there is something new.</summary>
    public Task Changed => _changed.Task;

    /// <summary>Who asked to go on without the host, or null.</summary>
    public string? SkippedBy(Guid host) => By(RequestKind.Skip, host);

    /// <summary>Who asked to take the host over, or null.</summary>
    public string? TakenOverBy(Guid host) => By(RequestKind.TakeOver, host);

    /// <summary>The host is to be left out.</summary>
    public CancellationToken Skipped(Guid host) => Skip(host).Token;

    /// <summary>True when the operator wants a failed attempt to be followed by another one.</summary>
    public bool MayTryAgain(Attempt failed) =>
        _all.Any(r => r.Kind == RequestKind.Retry && r.HostId == failed.HostId && r.Stage == failed.Stage && r.Attempt >= failed.Number);

    /// <summary>Looks at the database.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var all = await store.ListRequestsAsync(deployment, cancellationToken);
        if (all.Count == _all.Count)
        {
            return;
        }

        _all = all;
        foreach (var request in all)
        {
            switch (request.Kind)
            {
                case RequestKind.Cancel:
                    await _canceled.CancelAsync();
                    break;
                case RequestKind.Stop:
                    await _canceled.CancelAsync();
                    await _stopped.CancelAsync();
                    break;
                case RequestKind.Skip when request.HostId is { } host:
                    await Skip(host).CancelAsync();
                    break;
            }
        }

        var told = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        told.TrySetResult();
    }

    public void Dispose()
    {
        _canceled.Dispose();
        _stopped.Dispose();
        foreach (var skip in _skips.Values)
        {
            skip.Dispose();
        }
    }

    private string? By(RequestKind kind, Guid host) => _all.FirstOrDefault(r => r.Kind == kind && r.HostId == host)?.By;

    private CancellationTokenSource Skip(Guid host) => _skips.GetOrAdd(host, _ => new CancellationTokenSource());
}
