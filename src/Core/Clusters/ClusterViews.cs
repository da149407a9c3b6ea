using System.Collections.Concurrent;

namespace ClusterPanel.Core.Clusters;

/// <summary>What was last seen of every cluster, in this process's memory; the watch in the background keeps it fresh.</summary>
public sealed class ClusterViews
{
    private readonly ConcurrentDictionary<Guid, ClusterView> _views = new();
    private readonly ConcurrentDictionary<Guid, bool> _asked = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was last seen of it.</summary>
    public ClusterView Of(Guid clusterId) => _views.GetValueOrDefault(clusterId, ClusterView.Nothing);

    /// <summary>Puts a new look in the place of an old one.</summary>
    public void Set(Guid clusterId, Func<ClusterView, ClusterView> change)
    {
        _views.AddOrUpdate(clusterId, _ => change(ClusterView.Nothing), (_, old) => change(old));
        Interlocked.Exchange(ref _news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>What was last seen of it, as soon as that is something.</summary>
    /// <param name="clusterId">The cluster.</param>
    /// <param name="isSomething">Whether a view holds what is asked for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ClusterView> OnceAsync(Guid clusterId, Func<ClusterView, bool> isSomething, CancellationToken cancellationToken)
    {
        while (true)
        {
            var news = Volatile.Read(ref _news).Task;
            if (Of(clusterId) is var view && isSomething(view))
            {
                return view;
            }

            await news.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Asks for a look without waiting for its turn.</summary>
    public void Ask(Guid clusterId) => _asked[clusterId] = true;

    /// <summary>True when a look was asked for; asks no longer.</summary>
    public bool TakeAsked(Guid clusterId) => _asked.TryRemove(clusterId, out _);

    /// <summary>Forgets every cluster but these.</summary>
    public void Keep(IReadOnlyCollection<Guid> clusterIds)
    {
        foreach (var id in _views.Keys.Except(clusterIds))
        {
            _views.TryRemove(id, out _);
            _asked.TryRemove(id, out _);
        }
    }
}
