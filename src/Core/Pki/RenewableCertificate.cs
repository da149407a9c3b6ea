namespace ClusterPanel.Core.Pki;

/// <summary>
/// A certificate or kubeconfig of a master that can be renewed, by the name that <c>kubeadm certs renew</c> has for it.
/// Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-certs/
/// </summary>
/// <param name="Name">kubeadm's name: <c>apiserver</c>, <c>etcd-server</c>, <c>admin.conf</c>.</param>
/// <param name="File">Below <c>/etc/kubernetes</c>; of a certificate without the ending.</param>
/// <param name="Authority">The CA that signs it, as a file below <c>/etc/kubernetes/pki</c> without the ending.</param>
/// <param name="Component">The static pod that reads it when it starts, or null.</param>
public sealed record RenewableCertificate(string Name, string File, string Authority, string? Component)
{
    /// <summary>The name of what kubelet has: its serving and its client certificate.</summary>
    public const string Kubelet = "kubelet";

    /// <summary>The name of what components sign for themselves when they start.</summary>
    public const string InMemory = "in-memory";

    private const string ApiServer = "kube-apiserver", Etcd = "etcd", ControllerManager = "kube-controller-manager", Scheduler = "kube-scheduler";

    /// <summary>All that are files of a master, in kubeadm's order.</summary>
    public static IReadOnlyList<RenewableCertificate> All { get; } =
    [
        new("admin.conf", "admin.conf", "ca", null),
        new("super-admin.conf", "super-admin.conf", "ca", null),
        new("apiserver", "pki/apiserver", "ca", ApiServer),
        new("apiserver-etcd-client", "pki/apiserver-etcd-client", "etcd/ca", ApiServer),
        new("apiserver-kubelet-client", "pki/apiserver-kubelet-client", "ca", ApiServer),
        new("controller-manager.conf", "controller-manager.conf", "ca", ControllerManager),
        new("etcd-healthcheck-client", "pki/etcd/healthcheck-client", "etcd/ca", null),
        new("etcd-peer", "pki/etcd/peer", "etcd/ca", Etcd),
        new("etcd-server", "pki/etcd/server", "etcd/ca", Etcd),
        new("front-proxy-client", "pki/front-proxy-client", "front-proxy-ca", ApiServer),
        new("scheduler.conf", "scheduler.conf", "ca", Scheduler),
    ];

    /// <summary>Every name that can be asked for.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(c => c.Name), Kubelet, InMemory];

    /// <summary>True for a kubeconfig, which has its certificate inside.</summary>
    public bool IsKubeconfig => File.EndsWith(".conf", StringComparison.Ordinal);

    /// <summary>Every component that has certificates, in the order in which they are restarted: the API server is a client of etcd.</summary>
    public static IReadOnlyList<string> Components { get; } = [Etcd, ApiServer, ControllerManager, Scheduler];

    /// <summary>The components that must be restarted for these.</summary>
    /// <param name="names">Names of certificates.</param>
    public static IEnumerable<string> Restarted(IReadOnlyCollection<string> names) => Components.Where(c =>
        (c != Etcd && names.Contains(InMemory)) || All.Any(r => r.Component == c && names.Contains(r.Name)));

    /// <summary>True when clients of the API notice that a component is restarted.</summary>
    public static bool IsNoticed(string component) => component is Etcd or ApiServer;

    /// <summary>The name under which a certificate that was read from a node is renewed; null for CAs.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="inMemory">True when it is in a component's memory.</param>
    public static string? NameOf(string file, bool inMemory) => file switch
    {
        _ when inMemory => InMemory,
        "/root/.kube/config" => "admin.conf",
        _ when file.StartsWith("/var/lib/kubelet/", StringComparison.Ordinal) => Kubelet,
        _ => All.FirstOrDefault(c => file == $"/etc/kubernetes/{c.File}{(c.IsKubeconfig ? "" : ".crt")}")?.Name,
    };
}
