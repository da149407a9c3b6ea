namespace ClusterPanel.Core.Clusters;

/// <summary>A cluster the panel made or is making.</summary>
public sealed class Cluster
{
    /// <summary>Identity; part of what hosts remember as their owner.</summary>
    public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>Unique name.</summary>
    public required string Name { get; set; }

    /// <summary>What was asked for.</summary>
    public required ClusterSpec Spec { get; set; }

    /// <summary>How far it is.</summary>
    public ClusterStatus Status { get; set; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its creation was verified, or null.</summary>
    public DateTimeOffset? ReadyAt { get; set; }

    /// <summary>Optimistic concurrency: raised by every update.</summary>
    public int Version { get; set; }

    /// <summary>True while its creation or its reset is not finished.</summary>
    public bool IsHalfDone => Status is ClusterStatus.Creating or ClusterStatus.Resetting;

    /// <summary>Refuses what must wait until then.</summary>
    /// <exception cref="ConflictException">It is half done.</exception>
    public void ThrowIfHalfDone()
    {
        if (IsHalfDone)
        {
            throw new ConflictException(Status == ClusterStatus.Creating
                ? $"The creation of cluster {Name} is not finished: resume it first, or clean up."
                : $"The reset of cluster {Name} is not finished: resume it first.");
        }
    }

    /// <summary>Refuses what needs a cluster with nodes.</summary>
    /// <exception cref="ConflictException">It is half done, or was reset.</exception>
    public void ThrowUnlessReady()
    {
        ThrowIfHalfDone();
        if (Status == ClusterStatus.Removed)
        {
            throw new ConflictException($"Cluster {Name} was reset: it has no nodes any more.");
        }
    }
}
