namespace ClusterPanel.Core.Clusters;

/// <summary>A member of etcd, as a healthy member told.</summary>
/// <param name="Id">Member id in hexadecimal, as etcdctl takes it.</param>
/// <param name="Name">Its name; empty until it has started for the first time.</param>
/// <param name="PeerUrl">Where its peers reach it.</param>
/// <param name="Healthy">True only when its own endpoint answered healthy; unknown counts as unhealthy.</param>
public sealed record EtcdMember(string Id, string Name, string PeerUrl, bool Healthy)
{
    /// <summary>True for a member that has no vote yet (kubeadm adds members so from 1.29 on): https://etcd.io/docs/v3.4/learning/design-learner/</summary>
    public bool Learner { get; init; }

    /// <summary>False for a member that was announced and has not joined yet.</summary>
    public bool Started => Name.Length > 0;

    /// <summary>True for the member whose peers reach it at this address.</summary>
    public bool Serves(string address) => PeerUrl.Contains($"//{address}:", StringComparison.Ordinal);
}
