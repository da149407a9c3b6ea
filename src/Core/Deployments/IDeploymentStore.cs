using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// The journal: deployments, plans, attempts, log lines and leases. What a method wrote is durable when it returns. Methods
/// that take a <see cref="Lease"/> write only while that lease is still the cluster's newest, in one transaction with the check.
/// </summary>
public interface IDeploymentStore
{
    /// <summary>Stores a new cluster with the deployment that makes it, queued, in one transaction.</summary>
    /// <exception cref="ConflictException">The name is taken, or a host belongs to another cluster.</exception>
    Task CreateClusterAsync(Cluster cluster, Deployment deployment, Plan plan, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a deployment that changes a cluster, queued, in one transaction with what the cluster becomes while it waits and runs:
    /// members that are new are in it from now on.
    /// </summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="seen">The cluster as the plan was computed from it.</param>
    /// <param name="entry">For the audit log.</param>
    /// <param name="cancellationToken">Until it is stored.</param>
    /// <exception cref="ConflictException">The cluster has changed since, or another deployment of it is not finished.</exception>
    Task ChangeClusterAsync(Deployment deployment, Plan plan, Cluster seen, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Newest first; of one cluster, or of all.</summary>
    Task<IReadOnlyList<Deployment>> ListAsync(Guid? clusterId, int take, CancellationToken cancellationToken);

    /// <summary>One deployment, or null.</summary>
    Task<Deployment?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Its plan.</summary>
    /// <exception cref="KeyNotFoundException">There is no such deployment.</exception>
    Task<Plan> ReadPlanAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>All attempts of a deployment, oldest first.</summary>
    Task<IReadOnlyList<Attempt>> ListAttemptsAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a stopped deployment back into the queue (Retry, Resume) with what is asked of it, clearing earlier requests to cancel
    /// and to stop.
    /// </summary>
    /// <exception cref="ConflictException">It runs, has succeeded, or another deployment of its cluster is not finished.</exception>
    Task RequeueAsync(Guid id, IReadOnlyList<DeploymentRequest> requests, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Asks something of a deployment that is not finished; its holder notices within seconds. False when it is finished.</summary>
    Task<bool> TryRequestAsync(Guid id, IReadOnlyList<DeploymentRequest> requests, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>What was asked of a deployment and still holds, oldest first.</summary>
    Task<IReadOnlyList<DeploymentRequest>> ListRequestsAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// Takes one queued deployment, or one whose holder stopped renewing, by one conditional update on the database's clock:
    /// the only way work is ever claimed. Sets it Running with a token higher than any before.
    /// </summary>
    /// <returns>The lease, or null when there is nothing to claim.</returns>
    Task<Lease?> ClaimAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Prolongs a lease; false when it is no longer ours.</summary>
    Task<bool> RenewAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Gives a lease back without an outcome, so that another process can claim at once (orderly shutdown).</summary>
    Task ReleaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Stores an outcome other than success and ends the lease.</summary>
    /// <exception cref="LeaseLostException">The lease is no longer ours; nothing was written.</exception>
    Task FinishAsync(Lease lease, DeploymentStatus status, string? reason, CancellationToken cancellationToken);

    /// <summary>Stores that the deployment has succeeded, and what its cluster is now, and ends the lease. Hosts that are in it no more are free.</summary>
    /// <exception cref="LeaseLostException">The lease is no longer ours; nothing was written.</exception>
    Task SucceedAsync(Lease lease, ClusterSpec spec, string? reason, CancellationToken cancellationToken);

    /// <summary>Stores a new attempt before its work begins.</summary>
    /// <exception cref="LeaseLostException">The lease is no longer ours; nothing was written.</exception>
    Task AddAttemptAsync(Lease lease, Attempt attempt, CancellationToken cancellationToken);

    /// <summary>Stores an attempt's activity, status, end and failure.</summary>
    /// <exception cref="LeaseLostException">The lease is no longer ours; nothing was written.</exception>
    Task UpdateAttemptAsync(Lease lease, Attempt attempt, CancellationToken cancellationToken);

    /// <summary>The log's last sequence number; 0 when it is empty.</summary>
    Task<long> ReadLastSequenceAsync(Guid deploymentId, CancellationToken cancellationToken);

    /// <summary>
    /// Appends lines, numbered <paramref name="first"/>, +1, +2 …, and stores how far their sources were read, in one transaction.
    /// The holder of the lease counts, so that lines whose answer was lost can be sent again and are not stored twice.
    /// </summary>
    /// <exception cref="LeaseLostException">The lease is no longer ours; nothing was written.</exception>
    /// <exception cref="InvalidOperationException">The log ends elsewhere.</exception>
    Task AppendLogAsync(Lease lease, long first, IReadOnlyList<NewLogLine> lines, IReadOnlyList<StreamOffsets> offsets, CancellationToken cancellationToken);

    /// <summary>How far a unit's output was read before; zeros when never.</summary>
    Task<StreamOffsets> ReadOffsetsAsync(Guid deploymentId, string unit, CancellationToken cancellationToken);

    /// <summary>Lines in order.</summary>
    Task<IReadOnlyList<LogLine>> ReadLogAsync(Guid deploymentId, LogQuery query, CancellationToken cancellationToken);
}
