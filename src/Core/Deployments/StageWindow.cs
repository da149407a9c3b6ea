using System.Collections.Concurrent;

namespace ClusterPanel.Core.Deployments;

/// <summary>The sliding window of a stage while it runs: so many hosts at once, in the order they come.</summary>
internal sealed class StageWindow(Stage stage) : IDisposable
{
    private readonly SemaphoreSlim _free = new(stage.Width, stage.Width);
    private readonly ConcurrentDictionary<Guid, string> _failures = new();

    public Stage Stage => stage;

    /// <summary>Why a host failed: the first one in the plan's order, or null.</summary>
    public string? Failure => stage.Hosts.Select(h => _failures.GetValueOrDefault(h.Member.HostId)).FirstOrDefault(f => f is not null);

    /// <summary>Where hosts go one by one (masters), nothing new is begun after a failure.</summary>
    public bool IsClosed => stage.Width == 1 && !_failures.IsEmpty;

    public StageHost? Find(Guid host) => stage.Hosts.FirstOrDefault(h => h.Member.HostId == host);

    public void Fail(Guid host, string reason) => _failures[host] = reason;

    public void Forgive(Guid host) => _failures.TryRemove(host, out _);

    public Task EnterAsync(CancellationToken cancellationToken) => _free.WaitAsync(cancellationToken);

    public void Leave() => _free.Release();

    public void Dispose() => _free.Dispose();
}
