namespace ClusterPanel.Core.Clusters;

/// <summary>How new the data of a master's etcd are.</summary>
/// <param name="Master">The master.</param>
/// <param name="CommitIndex">
/// The last entry of raft's log that it knows to be committed, or null when it neither answers nor has logged it at its last start. What is begun anew from it
/// (<c>--force-new-cluster</c>) keeps the entries up to there and drops the rest.
/// </param>
/// <remarks>Sources: etcd's maintenance API (<c>StatusResponse.raftIndex</c>); restartNode, which logs it, and restartAsStandaloneNode in etcdserver/raft.go.</remarks>
public sealed record EtcdData(ClusterMember Master, long? CommitIndex);
