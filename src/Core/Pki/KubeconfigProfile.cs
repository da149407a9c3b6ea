namespace ClusterPanel.Core.Pki;

/// <summary>A kubeconfig of a master, as kubeadm keeps it in <c>/etc/kubernetes</c>.</summary>
/// <param name="File">Its name: <c>admin.conf</c>.</param>
/// <param name="User">Who its certificate names.</param>
/// <param name="Organization">The group that the certificate gives, or null.</param>
/// <param name="Server">URL of the API server it talks to.</param>
public sealed record KubeconfigProfile(string File, string User, string? Organization, string Server);
