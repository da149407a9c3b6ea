using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Web.Feeds;

/// <summary>
/// What watchers of deployments see: one poll loop per watched deployment, shared by all who watch it, pages and hub alike.
/// The loop begins with the first watcher and ends with the last.
/// </summary>
public sealed class DeploymentFeed(IDeploymentStore store, TimeProvider time, ILogger<DeploymentFeed> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, WatchedDeployment> _watched = [];

    /// <summary>How many deployments are watched now.</summary>
    public int WatchedCount
    {
        get
        {
            lock (_lock)
            {
                return _watched.Count;
            }
        }
    }

    /// <summary>Begins to watch; dispose of the watch to end it.</summary>
    public DeploymentWatch Watch(Guid id)
    {
        lock (_lock)
        {
            if (!_watched.TryGetValue(id, out var watched))
            {
                _watched[id] = watched = new WatchedDeployment(id, store, time, logger);
                watched.Start();
            }

            var watch = new DeploymentWatch(this, watched);
            watched.Add(watch);
            return watch;
        }
    }

    internal void End(WatchedDeployment watched, DeploymentWatch watch)
    {
        lock (_lock)
        {
            if (watched.Remove(watch))
            {
                _watched.Remove(watched.Id);
                watched.Dispose();
            }
        }
    }
}
