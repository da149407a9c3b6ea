using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace ClusterPanel.Infrastructure.Clusters;

/// <summary>Makes clients of a cluster's API that connect to a forwarded local port and expect the API server's own name behind it.</summary>
internal static class ApiClient
{
    /// <summary>A client with the kubeconfig's user, for the API server of that name.</summary>
    /// <exception cref="FormatException">The kubeconfig is not one kubeadm wrote.</exception>
    public static Kubernetes Create(string kubeconfig, string serverName, int serverPort, int localPort)
    {
        KubernetesClientConfiguration configuration;
        try
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(kubeconfig));
            configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(stream, masterUrl: $"https://{serverName}:{serverPort}");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new FormatException("The stored kubeconfig cannot be read.", e);
        }

        if (configuration.SslCaCerts is not { Count: > 0 } authorities)
        {
            throw new FormatException("The stored kubeconfig holds no certificate authority.");
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);

        // The library's own check lets any name pass once the authority is a private one. The platform's, which looks at the
        // name in the address too, is in force only when the library is given no authority.
        configuration.SslCaCerts = null;
        configuration.SkipTlsVerify = false;
        configuration.TlsServerName = null;
        configuration.FirstMessageHandlerSetup = handler =>
        {
            handler.SslOptions.CertificateChainPolicy = policy;
            handler.UseProxy = false;
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, localPort), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        };
        return new Kubernetes(configuration);
    }
}
