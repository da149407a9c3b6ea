using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using k8s;
using k8s.Autorest;
using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Clusters;

/// <inheritdoc/>
internal sealed class ClusterReader(IClusterStore clusters, IHostStore hosts, IHostSessions sessions, TimeProvider time, ILogger<ClusterReader> logger) : IClusterReader, IAsyncDisposable
{
    /// <summary>A page that shows a cluster asks every few seconds; this long after the last question the way is closed.</summary>
    public static readonly TimeSpan KeepWay = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<Guid, ClusterSlot> _slots = new();

    public async Task<ClusterState> ReadAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var kubeconfig = await clusters.OpenKubeconfigAsync(cluster.Id, cancellationToken)
            ?? throw new HostUnreachableException(cluster.Name, $"Cluster {cluster.Name} has no API server yet: its first master is not initialised.");
        var slot = _slots.GetOrAdd(cluster.Id, _ => new ClusterSlot(time, KeepWay));
        await slot.Gate.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsync(cluster, kubeconfig, slot, cancellationToken);
        }
        finally
        {
            slot.Used();
            slot.Gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var slot in _slots.Values)
        {
            await slot.DisposeAsync();
        }

        _slots.Clear();
    }

    private async Task<ClusterState> ReadAsync(Cluster cluster, string kubeconfig, ClusterSlot slot, CancellationToken cancellationToken)
    {
        var refusals = new List<string>();
        if (slot.Way?.Kubeconfig != kubeconfig)
        {
            await slot.CloseAsync();
        }

        // The master that answered last comes first; after its failure it is asked again last, over a new connection.
        var last = slot.Way?.Master;
        if (slot.Way is { } kept)
        {
            try
            {
                return await ListAsync(kept, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.NotThrough(logger, cluster.Name, kept.Master, Reason(e));
                await slot.CloseAsync();
            }
        }

        foreach (var member in cluster.Spec.ControlPlane.OrderBy(m => m.HostName == last).ToList())
        {
            try
            {
                slot.Way = await OpenAsync(cluster.Spec, member, kubeconfig, cancellationToken);
                var state = await ListAsync(slot.Way, cancellationToken);
                Log.Through(logger, cluster.Name, member.HostName);
                return state;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                var reason = Reason(e);
                Log.NotThrough(logger, cluster.Name, member.HostName, reason);
                refusals.Add($"{member.HostName}: {reason}");
                await slot.CloseAsync();
            }
        }

        throw new HostUnreachableException(cluster.Name, $"No master of cluster {cluster.Name} answers. {string.Join(" ", refusals)}");
    }

    private async Task<ClusterWay> OpenAsync(ClusterSpec spec, ClusterMember master, string kubeconfig, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(OpenTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var host = await hosts.FindAsync(master.HostId, stop.Token) ?? throw new HostUnreachableException(master.HostName, "it is no longer in the inventory.");
        var session = await sessions.OpenAsync(host, stop.Token);
        try
        {
            var forward = await session.ForwardAsync(master.Address, spec.ApiServerPort, stop.Token);
            try
            {
                return new ClusterWay(master.HostName, kubeconfig, session, forward, ApiClient.Create(kubeconfig, spec.ApiServerName, spec.ApiServerPort, forward.LocalPort));
            }
            catch
            {
                await forward.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private async Task<ClusterState> ListAsync(ClusterWay way, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var nodes = await way.Client.CoreV1.ListNodeAsync(cancellationToken: stop.Token);
        return new ClusterState([.. nodes.Items.Select(NodeStates.Of).OrderBy(n => n.Name, StringComparer.Ordinal)], way.Master, time.GetUtcNow());
    }

    private static string Reason(Exception e) => e switch
    {
        HostException or FormatException => e.Message,
        OperationCanceledException => $"its API server did not answer within {AnswerTimeout.TotalSeconds:0} seconds.",
        HttpOperationException { Response.StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => "its API server refuses the stored kubeconfig.",
        HttpOperationException refused => $"its API server answered {(int)refused.Response.StatusCode} {refused.Response.StatusCode}.",
        HttpRequestException { InnerException: AuthenticationException } => "its API server shows a certificate that is not this cluster's.",
        HttpRequestException => "its API server does not take connections (or its sshd forbids forwarding: AllowTcpForwarding).",
        _ => e.Message,
    };
}
