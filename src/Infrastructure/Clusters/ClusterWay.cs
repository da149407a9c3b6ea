using ClusterPanel.Core.Hosts;
using k8s;

namespace ClusterPanel.Infrastructure.Clusters;

/// <summary>An open way to a cluster's API: session to a master, forwarded port, client.</summary>
internal sealed class ClusterWay(string master, string kubeconfig, IHostSession session, IPortForward forward, Kubernetes client) : IAsyncDisposable
{
    public string Master => master;

    public string Kubeconfig => kubeconfig;

    public Kubernetes Client => client;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await forward.DisposeAsync();
        await session.DisposeAsync();
    }
}
