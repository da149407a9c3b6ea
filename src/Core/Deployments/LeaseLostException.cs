namespace ClusterPanel.Core.Deployments;

/// <summary>Another process has claimed the cluster; this one must stop at once and write nothing more.</summary>
public sealed class LeaseLostException : Exception
{
    /// <summary>Makes it.</summary>
    public LeaseLostException(Lease lease) : base($"The lease of cluster {lease.ClusterId} with token {lease.Token} was taken over.")
    {
    }
}
