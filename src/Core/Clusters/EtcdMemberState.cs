namespace ClusterPanel.Core.Clusters;

/// <summary>A member of etcd with what it says of itself.</summary>
/// <param name="Member">The member.</param>
/// <param name="Leader">It leads.</param>
/// <param name="Learner">It has no vote yet.</param>
/// <param name="SizeBytes">Size of its database, or null when it does not answer.</param>
/// <param name="Version">etcd's version; empty when it does not answer.</param>
public sealed record EtcdMemberState(EtcdMember Member, bool Leader, bool Learner, long? SizeBytes, string Version);
