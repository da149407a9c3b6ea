using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Clusters;

/// <inheritdoc/>
internal sealed class ClusterApi(IClusterStore clusters, IHostStore hosts, IHostSessions sessions, TimeProvider time, ILogger<ClusterApi> logger) : IClusterApi, IAsyncDisposable
{
    /// <summary>A page that shows a cluster asks every few seconds; this long after the last question the way is closed.</summary>
    public static readonly TimeSpan KeepWay = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<Guid, ClusterSlot> _slots = new();

    public Task<ClusterState> ReadAsync(Cluster cluster, CancellationToken cancellationToken) => AskAsync(cluster, ListAsync, cancellationToken);

    public Task<RunningConfiguration> ReadConfigurationAsync(Cluster cluster, CancellationToken cancellationToken) =>
        AskAsync(cluster, (way, stop) => KubeadmConfig.ReadAsync(way.Client, stop), cancellationToken);

    public Task SetSchedulableAsync(Cluster cluster, string node, bool schedulable, CancellationToken cancellationToken) => AskAsync(
        cluster,
        async (way, stop) =>
        {
            try
            {
                // As text: the library leaves null out, which takes the field away.
                var patch = new V1Patch($$$"""{"spec":{"unschedulable":{{{(schedulable ? "null" : "true")}}}}}""", V1Patch.PatchType.MergePatch);
                await way.Client.CoreV1.PatchNodeAsync(patch, node, cancellationToken: stop);
            }
            catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
            {
                return false;
            }

            return true;
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var slot in _slots.Values)
        {
            await slot.DisposeAsync();
        }

        _slots.Clear();
    }

    private async Task<T> AskAsync<T>(Cluster cluster, Func<ClusterWay, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        var kubeconfig = await clusters.OpenKubeconfigAsync(cluster.Id, cancellationToken)
            ?? throw new HostUnreachableException(cluster.Name, $"Cluster {cluster.Name} has no API server yet: its first master is not initialised.");
        var slot = _slots.GetOrAdd(cluster.Id, _ => new ClusterSlot(time, KeepWay));
        await slot.Gate.WaitAsync(cancellationToken);
        try
        {
            return await AskAsync(cluster, kubeconfig, slot, question, cancellationToken);
        }
        finally
        {
            slot.Used();
            slot.Gate.Release();
        }
    }

    private async Task<T> AskAsync<T>(Cluster cluster, string kubeconfig, ClusterSlot slot, Func<ClusterWay, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
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
                return await InTimeAsync(kept, question, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Say(slot, cluster, kept.Master, Reason(e));
                await slot.CloseAsync();
            }
        }

        foreach (var member in cluster.Spec.ControlPlane.OrderBy(m => m.HostName == last).ToList())
        {
            try
            {
                slot.Way = await OpenAsync(cluster.Spec, member, kubeconfig, cancellationToken);
                var answer = await InTimeAsync(slot.Way, question, cancellationToken);
                Say(slot, cluster, member.HostName, null);
                return answer;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                var reason = Reason(e);
                Say(slot, cluster, member.HostName, reason);
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

    private async Task<T> InTimeAsync<T>(ClusterWay way, Func<ClusterWay, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await question(way, stop.Token);
    }

    private async Task<ClusterState> ListAsync(ClusterWay way, CancellationToken cancellationToken)
    {
        var nodes = await way.Client.CoreV1.ListNodeAsync(cancellationToken: cancellationToken);
        return new ClusterState([.. nodes.Items.Select(NodeStates.Of).OrderBy(n => n.Name, StringComparer.Ordinal)], way.Master, time.GetUtcNow());
    }

    // What is asked every few seconds is logged when it changes.
    private void Say(ClusterSlot slot, Cluster cluster, string master, string? refusal)
    {
        if (slot.Refusals.GetValueOrDefault(master, "") == refusal)
        {
            return;
        }

        slot.Refusals[master] = refusal;
        if (refusal is null)
        {
            Log.Through(logger, cluster.Name, master);
        }
        else
        {
            Log.NotThrough(logger, cluster.Name, master, refusal);
        }
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
