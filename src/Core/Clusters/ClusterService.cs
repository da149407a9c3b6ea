using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Clusters;

/// <summary>What can be asked of clusters that exist.</summary>
public sealed class ClusterService(IAccess access, IClusterStore store, IDeploymentStore deployments, IClusterApi api, ClusterViews views, ClusterHealthService health, IAuditStore audit)
{
    // A look over SSH gives up on a host after 30 s.
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(40);

    /// <summary>All clusters by name.</summary>
    public async Task<IReadOnlyList<Cluster>> ListAsync(CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.ListAsync(cancellationToken);
    }

    /// <summary>One cluster, or null.</summary>
    public async Task<Cluster?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.FindAsync(id, cancellationToken);
    }

    /// <summary>What was last seen of a cluster.</summary>
    /// <param name="id">The cluster.</param>
    /// <param name="soon">True to have it looked at again without waiting for the next turn.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<ClusterView> ViewAsync(Guid id, bool soon, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        if (soon)
        {
            views.Ask(id);
        }

        return views.Of(id);
    }

    /// <summary>What was last seen of a cluster, which is looked at again soon. Waits for the first look when the cluster has just become ready.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="isSomething">Whether a view holds what is asked for; a view that does not is returned when the cluster is not ready, or not seen in time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<ClusterView> FirstViewAsync(Cluster cluster, Func<ClusterView, bool> isSomething, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        if (cluster.Status != ClusterStatus.Ready)
        {
            return views.Of(cluster.Id);
        }

        views.Ask(cluster.Id);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(FirstLook);
        try
        {
            return await views.OnceAsync(cluster.Id, isSomething, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return views.Of(cluster.Id);
        }
    }

    /// <summary>Lets pods be placed on a cordoned node again.</summary>
    /// <exception cref="InvalidInputException">It is not a node of the cluster.</exception>
    /// <exception cref="ConflictException">The cluster is half done or was reset, or a deployment of it is not finished.</exception>
    /// <exception cref="Hosts.HostUnreachableException">No master answered.</exception>
    public async Task UncordonAsync(Guid id, string node, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        var cluster = await FindOrRefuseAsync(id, cancellationToken);
        cluster.ThrowUnlessReady();

        // A node that was drained, and waits for others of its deployment, must stay empty.
        if (await deployments.ListAsync(id, 1, cancellationToken) is [{ IsFinished: false } unfinished])
        {
            throw new ConflictException(unfinished.InTheWay);
        }

        // A host that left and came back stays cordoned until it is cleaned.
        if (cluster.Spec.Members.All(m => m.NodeName != node))
        {
            throw new InvalidInputException("name", $"\"{InputText.Shown(node)}\" is not a node of cluster {cluster.Name}.");
        }

        // The cluster is no part of the transaction: what was asked for is never missing in the log, and what came of it follows.
        var target = $"node {node} of cluster {cluster.Name}";
        await audit.AddAsync(actor.Asked("node.uncordon", target), cancellationToken);
        try
        {
            await api.SetSchedulableAsync(cluster, node, true, cancellationToken);
        }
        catch (Hosts.HostException e)
        {
            await audit.AddAsync(actor.Failed("node.uncordon", target, e.Message), CancellationToken.None);
            throw;
        }

        await audit.AddAsync(actor.Did("node.uncordon", target), CancellationToken.None);
        views.Ask(id);
    }

    /// <summary>
    /// Takes a host that was removed without being cleaned off the list of those: it was destroyed, or installed anew. What the panel
    /// knows of how it was is forgotten.
    /// </summary>
    /// <exception cref="InvalidInputException">It is not on that list.</exception>
    /// <exception cref="ConflictException">It answers, a deployment of the cluster is not finished, or the cluster's reset is not.</exception>
    public async Task GiveUpHostAsync(Guid id, Guid hostId, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        var cluster = await FindOrRefuseAsync(id, cancellationToken);
        var host = cluster.Spec.NotCleaned.FirstOrDefault(m => m.HostId == hostId)
            ?? throw new InvalidInputException("name", $"Name a host that left cluster {cluster.Name} and was not cleaned.");
        cluster.ThrowIfHalfDone();
        if (await health.ReachAsync([host], cancellationToken) is [{ Why: null }])
        {
            throw new ConflictException($"{host.HostName} answers: clean it.");
        }

        await store.GiveUpHostAsync(id, hostId, actor.Did("host.give-up", $"host {host.HostName} of cluster {cluster.Name}"), cancellationToken);
    }

    /// <summary>Addresses a kubeconfig may name: in the certificate's names and reachable by an operator without any hosts entry. Masters in joining order, then further names.</summary>
    public static IReadOnlyList<string> KubeconfigServers(Cluster cluster) =>
        [.. cluster.Spec.ControlPlane.Select(m => m.Address), .. cluster.Spec.ExtraSans];

    /// <summary>The admin kubeconfig with its server set to one of <see cref="KubeconfigServers"/>.</summary>
    /// <exception cref="InvalidInputException">The address is not among them.</exception>
    /// <exception cref="ConflictException">The cluster has none yet.</exception>
    public async Task<string> KubeconfigAsync(Cluster cluster, string server, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        if (!KubeconfigServers(cluster).Contains(server))
        {
            throw new InvalidInputException("server", $"\"{InputText.Shown(server)}\" is not in the names of the API server's certificate. Choose one of: {string.Join(", ", KubeconfigServers(cluster))}.");
        }

        var text = await store.OpenKubeconfigAsync(cluster.Id, cancellationToken)
            ?? throw new ConflictException($"Cluster {cluster.Name} has no kubeconfig yet; it is stored when kubeadm init has succeeded.");
        await audit.AddAsync(actor.Did("kubeconfig.download", $"cluster {cluster.Name}", null, server), cancellationToken);
        return Kubeconfig.WithServer(text, server, cluster.Spec.ApiServerPort);
    }

    /// <summary>Forgets a cluster whose creation is not running; nothing is changed on its hosts.</summary>
    /// <exception cref="ConflictException">A deployment of it is not finished.</exception>
    public async Task DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        if (await store.FindAsync(id, cancellationToken) is { } cluster)
        {
            await store.DeleteAsync(id, actor.Did("cluster.forget", $"cluster {cluster.Name}", cluster.Status.ToString()), cancellationToken);
        }
    }

    private async Task<Cluster> FindOrRefuseAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) ?? throw new ConflictException("This cluster is no longer there.");
}
