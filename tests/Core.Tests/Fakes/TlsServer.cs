using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Pki;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>A forward that ends at a TLS server of the test, which shows one certificate to one client.</summary>
internal sealed class TlsServer : IPortForward
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _served;

    public TlsServer(CertificateAndKey shown)
    {
        _listener.Start();
        _served = Task.Run(() => ServeAsync(shown));
    }

    public int LocalPort => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _served;
    }

    private async Task ServeAsync(CertificateAndKey shown)
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync();
            using var certificate = X509Certificate2.CreateFromPem(shown.Certificate, shown.Key);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(certificate);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or SocketException or InvalidOperationException)
        {
            // The client reads the certificate and goes, or the test has ended.
        }
    }
}
