namespace ClusterPanel.Core.Deployments;

/// <summary>The right of one panel process to change one cluster, for one deployment.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="DeploymentId">The deployment it was taken for.</param>
/// <param name="Owner">The process that holds it: see <see cref="PanelIdentity"/>.</param>
/// <param name="Token">Fencing token: higher than every earlier one of the cluster.</param>
public sealed record Lease(Guid ClusterId, Guid DeploymentId, string Owner, long Token)
{
    /// <summary>After this long without renewal others may claim, judged by the database's clock.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    /// <summary>The holder stops work this long after the start of its last successful renewal, on its own monotonic clock.</summary>
    public static readonly TimeSpan StopAfter = TimeSpan.FromSeconds(15);

    /// <summary>How often the holder renews.</summary>
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(4);
}
