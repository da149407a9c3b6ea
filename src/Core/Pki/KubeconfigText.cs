using System.Text;

namespace ClusterPanel.Core.Pki;

/// <summary>A kubeconfig as kubeadm writes it: cluster <c>kubernetes</c>, context <c>USER@kubernetes</c>, everything inside.</summary>
public static class KubeconfigText
{
    /// <summary>The text.</summary>
    /// <param name="profile">Whose it is.</param>
    /// <param name="authority">Certificate of the cluster's CA, PEM.</param>
    /// <param name="client">Its user's certificate and key.</param>
    public static string Of(KubeconfigProfile profile, string authority, CertificateAndKey client) => $"""
        apiVersion: v1
        clusters:
        - cluster:
            certificate-authority-data: {Base64(authority)}
            server: {profile.Server}
          name: kubernetes
        contexts:
        - context:
            cluster: kubernetes
            user: {profile.User}
          name: {profile.User}@kubernetes
        current-context: {profile.User}@kubernetes
        kind: Config
        preferences: {"{}"}
        users:
        - name: {profile.User}
          user:
            client-certificate-data: {Base64(client.Certificate)}
            client-key-data: {Base64(client.Key)}

        """;

    private static string Base64(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
}
