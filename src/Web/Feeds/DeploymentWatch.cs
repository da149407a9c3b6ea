using System.Threading.Channels;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Web.Feeds;

/// <summary>
/// One watcher's end of the feed. It is only told that something changed and asks for what it has not seen, so that a slow
/// watcher queues nothing and no line comes twice.
/// </summary>
public sealed class DeploymentWatch : IDisposable
{
    private readonly Channel<bool> _pulse = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly DeploymentFeed _feed;
    private readonly WatchedDeployment _watched;
    private bool _disposed;

    internal DeploymentWatch(DeploymentFeed feed, WatchedDeployment watched) => (_feed, _watched) = (feed, watched);

    /// <summary>The deployment, or null until it was read or when there is none.</summary>
    public DeploymentSnapshot? Snapshot => _watched.Snapshot;

    /// <summary>True when there is no such deployment (any more).</summary>
    public bool NotFound => _watched.NotFound;

    /// <summary>Why the last look failed, as a sentence, or null.</summary>
    public string? Problem => _watched.Problem;

    /// <summary>The highest sequence number known of.</summary>
    public long LastSequence => _watched.LastSequence;

    /// <summary>The lines after a sequence number, as far as the ring holds them.</summary>
    public IReadOnlyList<LogLine> LinesAfter(long sequence) => _watched.LinesAfter(sequence);

    /// <summary>Waits until something changed since the last call.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _pulse.Reader.ReadAsync(cancellationToken);

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _feed.End(_watched, this);
        }
    }

    internal void Pulse() => _pulse.Writer.TryWrite(true);
}
