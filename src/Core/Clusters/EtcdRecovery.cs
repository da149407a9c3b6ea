using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Clusters;

/// <summary>What an operator can do by hand when etcd has lost its quorum for good: the panel changes nothing then.</summary>
/// <remarks>Source: https://etcd.io/docs/v3.4/op-guide/recovery/ (restarting a member with <c>--force-new-cluster</c>).</remarks>
public static class EtcdRecovery
{
    /// <summary>The commands, as root on a master whose etcd still has its data.</summary>
    public static string Commands(ClusterMember survivor) => $$"""
        # On {{survivor.HostName}} ({{survivor.Address}}), as root, and only when the other masters will not come back with their data.
        cp -a /var/lib/etcd /root/etcd-before-recovery
        cp -a /etc/kubernetes/manifests/etcd.yaml /root/etcd.yaml-before-recovery
        # etcd begins anew as the only member:
        sed 's/^\( *- \)etcd$/&\n\1--force-new-cluster/' /root/etcd.yaml-before-recovery > /etc/kubernetes/manifests/etcd.yaml
        # Until it shows one member, {{survivor.NodeName}}:
        {{KubeadmText.EtcdFunction}}
        until [ "$(etcd member list 2>/dev/null | wc -l)" = 1 ]; do sleep 2; done
        # Take the flag away again; with it, etcd would forget its members at every start:
        cp /root/etcd.yaml-before-recovery /etc/kubernetes/manifests/etcd.yaml
        # Until it runs without:
        while pgrep -a -x etcd | grep -q -e --force-new-cluster || ! etcd member list 2>/dev/null; do sleep 2; done
        # Then remove the lost masters here (Remove nodes, powered off), and add new ones.
        """;
}
