using System.Text;
using System.Text.RegularExpressions;

namespace ClusterPanel.Core.Pki;

/// <summary>A kubeconfig as kubeadm writes it: cluster <c>kubernetes</c>, context <c>USER@kubernetes</c>, everything inside.</summary>
public static partial class KubeconfigText
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

    /// <summary>The certificate inside a kubeconfig, PEM, or null when there is none or several.</summary>
    /// <param name="kubeconfig">The text.</param>
    public static string? ClientCertificate(string kubeconfig)
    {
        if (ClientCertificatePattern().Matches(kubeconfig) is not [var only])
        {
            return null;
        }

        try
        {
            return Encoding.ASCII.GetString(Convert.FromBase64String(only.Groups["data"].Value));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>A kubeconfig with another certificate and key inside, and everything else as it was.</summary>
    /// <param name="kubeconfig">The text; <see cref="ClientCertificate"/> finds one in it.</param>
    /// <param name="client">Its user's certificate and key.</param>
    public static string With(string kubeconfig, CertificateAndKey client) => ClientKeyPattern().Replace(
        ClientCertificatePattern().Replace(kubeconfig, m => m.Groups["head"].Value + Base64(client.Certificate)), m => m.Groups["head"].Value + Base64(client.Key));

    private static string Base64(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));

    [GeneratedRegex(@"^(?<head> *client-certificate-data: *)(?<data>[A-Za-z0-9+/=]+)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ClientCertificatePattern();

    [GeneratedRegex(@"^(?<head> *client-key-data: *)(?<data>[A-Za-z0-9+/=]+)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ClientKeyPattern();
}
