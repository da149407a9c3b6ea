using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Kubeadm;

/// <summary>Pieces of shell text about kubeadm that several steps use.</summary>
public static class KubeadmText
{
    /// <summary>kubectl with the admin kubeconfig of the master it runs on.</summary>
    public const string Kubectl = "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=20s";

    /// <summary>Lets a text find programs wherever they may lie: sudo and cron look in fewer places.</summary>
    public const string Programs = "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>
    /// A shell function <c>etcd</c>: etcdctl against this master's own member. From the package when it brings etcdctl, else
    /// the one inside etcd's container, which works without the API.
    /// </summary>
    public const string EtcdFunction = """
        etcd() {
          if command -v etcdctl >/dev/null 2>&1; then set -- etcdctl "$@"
          else set -- crictl exec "$(crictl ps --name '^etcd$' -q | head -n 1)" etcdctl "$@"; fi
          ETCDCTL_API=3 "$@" --endpoints "${endpoints:-https://127.0.0.1:2379}" --command-timeout "${limit:-10s}" \
            --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key
        }
        """;

    /// <summary>
    /// Watches, in the background, for kubelet's refusal of etcd's static pod and restarts kubelet when it happens. A kubelet
    /// that has just started does not know its disk yet ("invalid capacity 0 on image filesystem"); a pod that asks for
    /// ephemeral storage in that second is refused for good, until kubelet restarts. Ends with the script's unit.
    /// </summary>
    public static string EtcdWatch(string nodeName) => $$"""
        since=$(date +%s)
        watch_etcd() {
          while sleep 2 >/dev/null 2>&1; do
            if journalctl -u kubelet --since "@$since" --no-pager -q 2>/dev/null | grep -q 'Failed to admit pod etcd-{{nodeName}}_kube-system'; then
              echo "kubelet refused the static pod of etcd because it did not know its disk yet; restarting kubelet"
              since=$(($(date +%s) + 1))
              systemctl restart kubelet
            fi
          done
        }
        watch_etcd &
        watcher=$!
        """;

    /// <summary>
    /// Prints "right" when this master's etcd answers, "refused" when the kubelet that runs has refused its static pod: the same race as in
    /// <see cref="EtcdWatch"/>, which a running master meets when its kubelet starts while its Node is gone.
    /// </summary>
    public static string EtcdState(string nodeName) => $$"""
        {{Programs}}
        kubelet=$(systemctl show -p MainPID kubelet | cut -d = -f 2)
        if journalctl -q --no-pager "_PID=$kubelet" 2>/dev/null | grep -q 'Failed to admit pod etcd-{{nodeName}}_kube-system'; then echo refused; exit 0; fi
        {{EtcdFunction}}
        if etcd endpoint health >/dev/null 2>&1; then echo right; else echo "its etcd does not answer"; fi
        """;

    /// <summary>
    /// A shell function <c>leads</c>: of what <c>etcdctl endpoint status</c> prints, the members that say they lead, each with its id and its
    /// endpoint. Whether one leads is the first of the fields that is true or false: the fifth, from etcd 3.6 on the ninth.
    /// </summary>
    public const string LeadsFunction = """
        leads() { awk -F ', ' '{ for (i = 4; i <= NF; i++) if ($i == "true" || $i == "false") { if ($i == "true") print $2, $1; next } }'; }
        """;

    /// <summary>
    /// Undoes a half-done init or join on this host. kubeadm's own cluster phases are left out: on a broken half they wait for
    /// an API that is not there, and the member and the Node are the panel's business. Directories that may be mount points stay;
    /// of etcd's only what is kubeadm's goes.
    /// </summary>
    public static string Reset(KubernetesVersion version) => $$"""
        systemctl stop kubelet 2>/dev/null || :
        kubeadm reset -f --cri-socket {{CriSocket.For(version)}} --skip-phases={{(version.IsAtLeast(1, 22) ? "remove-etcd-member" : "update-cluster-status,remove-etcd-member")}} || echo "kubeadm reset reported a problem; going on by hand"
        systemctl stop kubelet 2>/dev/null || :
        rm -rf /etc/kubernetes/manifests/* /etc/kubernetes/pki/*
        rm -f /etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf /etc/kubernetes/kubelet.conf /etc/kubernetes/bootstrap-kubelet.conf /etc/kubernetes/controller-manager.conf /etc/kubernetes/scheduler.conf
        # Another etcd may have its data in a folder beside kubeadm's.
        rm -rf /var/lib/etcd/member /var/lib/etcd/clusterpanel.db*
        rm -f /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env
        rm -rf /var/lib/kubelet/pki
        mkdir -p /etc/kubernetes/manifests
        """;
}
