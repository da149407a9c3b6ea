using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Pki;

/// <summary>What a component on a host serves, read over the wire.</summary>
internal static class ServedCertificate
{
    /// <summary>The certificate, or null when nothing there speaks TLS. It is read and not trusted: nothing is sent.</summary>
    /// <param name="forward">The way to its port.</param>
    /// <param name="name">The name that is asked for (SNI).</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<X509Certificate2?> ReadAsync(IPortForward forward, string name, CancellationToken cancellationToken)
    {
        X509Certificate2? seen = null;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, forward.LocalPort, cancellationToken);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        seen = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());

                        // That is all that was wanted.
                        return false;
                    },
                },
                cancellationToken);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException)
        {
            // The end of every reading, by the refusal above; before it, nothing there speaks TLS.
        }

        return seen;
    }
}
