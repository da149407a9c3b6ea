namespace ClusterPanel.Core.Pki;

/// <summary>A certificate of a master, as kubeadm keeps it in <c>/etc/kubernetes/pki</c>.</summary>
/// <param name="Name">Its file without the ending: <c>apiserver</c>, <c>etcd/server</c>.</param>
/// <param name="Authority">File of the CA that signs it, without the ending.</param>
/// <param name="Profile">What it is for.</param>
public sealed record LeafCertificate(string Name, string Authority, CertificateProfile Profile);
