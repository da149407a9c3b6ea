using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Pki;

/// <summary>The text that reads a node's certificates, and what it prints. No key is read.</summary>
internal static class CertificateScript
{
    /// <summary>On a node: for each file a line <c>file PATH</c> and its certificates, PEM.</summary>
    public const string Text = """
        export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        only_certificates() { awk '/-----BEGIN CERTIFICATE-----/ { on = 1 } on { print } /-----END CERTIFICATE-----/ { on = 0 }'; }
        for f in /etc/kubernetes/pki/*.crt /etc/kubernetes/pki/etcd/*.crt /var/lib/kubelet/pki/kubelet-client-current.pem /var/lib/kubelet/pki/kubelet.crt; do
          [ -e "$f" ] || continue
          echo "file $f"
          only_certificates < "$f"
        done
        # kubelet.conf names the file above, unless kubelet has not taken its certificate out of it yet.
        for f in /etc/kubernetes/*.conf /root/.kube/config; do
          [ -e "$f" ] || continue
          data=$(sed -n 's/^ *client-certificate-data: *//p' "$f" | head -n 1)
          [ -n "$data" ] || continue
          echo "file $f"
          echo "$data" | base64 -d | only_certificates
        done
        """;

    /// <summary>Reads what <see cref="Text"/> prints. What is no certificate is passed over.</summary>
    public static IReadOnlyList<NodeCertificate> Parse(ClusterMember member, string output)
    {
        var found = new List<NodeCertificate>();
        var file = "";
        var pem = new List<string>();
        foreach (var line in output.Split('\n').Select(l => l.TrimEnd('\r')))
        {
            if (line.StartsWith("file ", StringComparison.Ordinal))
            {
                (file, pem) = (line["file ".Length..], []);
                continue;
            }

            pem.Add(line);
            if (line.StartsWith("-----END CERTIFICATE-----", StringComparison.Ordinal))
            {
                if (Read(string.Join('\n', pem)) is { } certificate)
                {
                    found.Add(Of(member, file, false, certificate));
                    certificate.Dispose();
                }

                pem = [];
            }
        }

        return found;
    }

    /// <summary>A certificate of a member.</summary>
    public static NodeCertificate Of(ClusterMember member, string file, bool inMemory, X509Certificate2 certificate)
    {
        return new NodeCertificate(
            member.HostId, member.HostName, file, inMemory, certificate.Subject, certificate.Issuer, CertificateProfile.NamesOf(certificate), certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
    }

    private static X509Certificate2? Read(string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
