using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Web.Api;

/// <summary>etcd, as it was seen last.</summary>
/// <param name="HasQuorum">True when a majority of the members that vote is healthy.</param>
/// <param name="Error">Why no etcd answers, or null.</param>
/// <param name="Members">Its members.</param>
/// <param name="SeenAt">When.</param>
/// <param name="Recovery">When the quorum is lost: what can be done by hand, as commands for a master. The panel changes nothing then.</param>
/// <param name="RecoveryWaitsFor">Masters of which it is not known yet how new their data are, so that there are no such commands.</param>
internal sealed record EtcdAnswer(bool HasQuorum, string? Error, IReadOnlyList<EtcdMemberState> Members, DateTimeOffset SeenAt, string? Recovery, IReadOnlyList<string> RecoveryWaitsFor)
{
    /// <summary>As a look at the hosts has found it.</summary>
    public static EtcdAnswer Of(ClusterHealth health)
    {
        var recovery = !health.HasQuorum && health.Survivor is { } survivor ? EtcdRecovery.Commands(survivor) : null;
        return new EtcdAnswer(health.HasQuorum, health.EtcdError, health.Etcd, health.ReadAt, recovery, health.HasQuorum ? [] : [.. health.NotToldYet.Select(m => m.HostName)]);
    }
}
