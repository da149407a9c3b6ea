using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Preflight;
using Microsoft.AspNetCore.Http.HttpResults;
using PlanOrDeployment = Microsoft.AspNetCore.Http.HttpResults.Results<Microsoft.AspNetCore.Http.HttpResults.Ok<ClusterPanel.Web.Api.PlanAnswer>, Microsoft.AspNetCore.Http.HttpResults.Accepted<ClusterPanel.Web.Api.DeploymentsApi.DeploymentAnswer>>;

namespace ClusterPanel.Web.Api;

/// <summary>Changes of a cluster that exists. Each has a plan (dryRun=true), whose hash is sent back to have it done.</summary>
internal static class NodesApi
{
    /// <summary>Hosts to add, by identity, name, address or range.</summary>
    /// <param name="PlanHash">From the plan that was shown; not for a dry run.</param>
    /// <param name="Masters">Hosts that become masters, in joining order.</param>
    /// <param name="Workers">Hosts that become workers.</param>
    internal sealed record Add(string? PlanHash, IReadOnlyList<string>? Masters, IReadOnlyList<string>? Workers);

    /// <summary>Nodes to remove, by identity or name of host or node.</summary>
    /// <param name="PlanHash">From the plan that was shown; not for a dry run.</param>
    /// <param name="Masters">Masters that leave.</param>
    /// <param name="Workers">Workers that leave.</param>
    /// <param name="PoweredOff">Those of them that do not answer and are known to be switched off.</param>
    /// <param name="DrainMinutes">How long PodDisruptionBudgets and slow pods are waited for.</param>
    /// <param name="Force">True to delete pods against their budgets.</param>
    internal sealed record Remove(string? PlanHash, IReadOnlyList<string>? Masters, IReadOnlyList<string>? Workers, IReadOnlyList<string>? PoweredOff, int? DrainMinutes, bool Force);

    /// <summary>A host for the place of a master.</summary>
    /// <param name="PlanHash">From the plan that was shown; not for a dry run.</param>
    /// <param name="With">The host that comes.</param>
    /// <param name="PoweredOff">True when the old one does not answer and is known to be switched off, or when it takes its own place, installed anew.</param>
    /// <param name="DrainMinutes">How long PodDisruptionBudgets and slow pods are waited for.</param>
    /// <param name="Force">True to delete pods against their budgets.</param>
    internal sealed record Replace(string? PlanHash, string? With, bool PoweredOff, int? DrainMinutes, bool Force);

    /// <summary>Hosts that something is done with.</summary>
    /// <param name="PlanHash">From the plan that was shown; not for a dry run.</param>
    /// <param name="Hosts">By identity or name.</param>
    internal sealed record Some(string? PlanHash, IReadOnlyList<string>? Hosts);

    /// <summary>A reset.</summary>
    /// <param name="PlanHash">From the plan that was shown; not for a dry run.</param>
    /// <param name="Name">The cluster's name, so that nothing is lost by a wrong identity.</param>
    /// <param name="LeaveOut">Hosts that do not answer: they are listed as not cleaned.</param>
    internal sealed record Reset(string? PlanHash, string? Name, IReadOnlyList<string>? LeaveOut);

    /// <summary>Certificates to sign anew.</summary>
    /// <param name="PlanHash">From the plan that was shown; not for a dry run.</param>
    /// <param name="Certificates">By kubeadm's names (apiserver, etcd-server, admin.conf, …), kubelet, or in-memory; all when left out.</param>
    /// <param name="Hosts">Of these nodes, by identity or name; of all when left out.</param>
    internal sealed record Renewal(string? PlanHash, IReadOnlyList<string>? Certificates, IReadOnlyList<string>? Hosts);

    /// <summary>The further names of the API servers.</summary>
    /// <param name="PlanHash">From the plan that was shown; not for a dry run.</param>
    /// <param name="ExtraSans">All of them from then on.</param>
    internal sealed record ServerNames(string? PlanHash, IReadOnlyList<string>? ExtraSans);

    public static void Map(RouteGroupBuilder group)
    {
        group.MapPost("/nodes", AddAsync).WithSummary("Add masters and workers");
        group.MapPost("/nodes/preflight", PreflightAsync).WithSummary("Judge hosts that are to be added; for the place of a master, give one in masters");
        group.MapPost("/nodes/remove", RemoveAsync).WithSummary("Remove masters and workers");
        group.MapPost("/nodes/repair", RepairAsync).WithSummary("Bring nodes back to what the cluster needs of them");
        group.MapPost("/nodes/clean", CleanAsync).WithSummary("Clean hosts that left without being cleaned");
        group.MapPost("/nodes/{name}/give-up", GiveUpAsync).WithSummary("Take a host that left and will not come back off the list of those to be cleaned");
        group.MapPost("/nodes/{name}/replace", ReplaceAsync).WithSummary("Put a host in the place of a master");
        group.MapPost("/nodes/{name}/uncordon", UncordonAsync).WithSummary("Let pods be placed on a cordoned node again");
        group.MapPost("/certificates/renew", RenewAsync).WithSummary("Sign certificates anew, one master at a time");
        group.MapPost("/api-server-names", NamesAsync).WithSummary("Give the API servers' certificates other further names");
        group.MapPost("/reset", ResetAsync).WithSummary("Undo everything on every host of the cluster");
    }

    private static async Task<PlanOrDeployment> AddAsync(Guid id, Add body, bool? dryRun, HostService hosts, ClusterService clusters, ClusterChangeService changes, CancellationToken stop)
    {
        await ClustersApi.RequireAsync(id, clusters, stop);
        var inventory = await hosts.ListAsync(stop);
        var change = new AddNodes(id, HostNames.Find(body.Masters, inventory, "masters"), HostNames.Find(body.Workers, inventory, "workers"));
        return await DoAsync(change, body.PlanHash, dryRun, changes, stop);
    }

    private static async Task<PreflightReport> PreflightAsync(Guid id, Add body, HostService hosts, ClusterService clusters, ClusterChangeService changes, PreflightService preflight, CancellationToken stop)
    {
        var cluster = await ClustersApi.RequireAsync(id, clusters, stop);
        var inventory = await hosts.ListAsync(stop);
        var request = ClusterSpecBuilder.RequestOf(cluster.Spec);
        request.MasterHostIds.AddRange(HostNames.Find(body.Masters, inventory, "masters"));
        request.WorkerHostIds.AddRange(HostNames.Find(body.Workers, inventory, "workers"));
        request.PackageId = (await changes.PackageAsync(id, stop)).Id;
        return await preflight.RunAsync(request, null, stop);
    }

    private static async Task<NoContent> GiveUpAsync(Guid id, string name, ClusterService clusters, CancellationToken stop)
    {
        var cluster = await ClustersApi.RequireAsync(id, clusters, stop);
        await clusters.GiveUpHostAsync(id, HostNames.Left([name], cluster, "name")[0], stop);
        return TypedResults.NoContent();
    }

    private static async Task<PlanOrDeployment> RemoveAsync(Guid id, Remove body, bool? dryRun, ClusterService clusters, ClusterChangeService changes, CancellationToken stop)
    {
        var cluster = await ClustersApi.RequireAsync(id, clusters, stop);
        var change = new RemoveNodes(
            id, HostNames.Members(body.Masters, cluster, "masters"), HostNames.Members(body.Workers, cluster, "workers"), HostNames.Members(body.PoweredOff, cluster, "poweredOff"), Drain(body.DrainMinutes, body.Force));
        return await DoAsync(change, body.PlanHash, dryRun, changes, stop);
    }

    private static async Task<PlanOrDeployment> ReplaceAsync(Guid id, string name, Replace body, bool? dryRun, HostService hosts, ClusterService clusters, ClusterChangeService changes, CancellationToken stop)
    {
        var cluster = await ClustersApi.RequireAsync(id, clusters, stop);
        var with = HostNames.Find([body.With ?? throw new Core.InvalidInputException("with", "Name the host that comes.")], await hosts.ListAsync(stop), "with");
        var change = new ReplaceMaster(id, HostNames.Members([name], cluster, "name")[0], with[0], body.PoweredOff, Drain(body.DrainMinutes, body.Force));
        return await DoAsync(change, body.PlanHash, dryRun, changes, stop);
    }

    private static async Task<PlanOrDeployment> RepairAsync(Guid id, Some body, bool? dryRun, ClusterService clusters, ClusterChangeService changes, CancellationToken stop) =>
        await DoAsync(new RepairNodes(id, HostNames.Members(body.Hosts, await ClustersApi.RequireAsync(id, clusters, stop), "hosts")), body.PlanHash, dryRun, changes, stop);

    private static async Task<PlanOrDeployment> CleanAsync(Guid id, Some body, bool? dryRun, ClusterService clusters, ClusterChangeService changes, CancellationToken stop) =>
        await DoAsync(new CleanHosts(id, HostNames.Left(body.Hosts, await ClustersApi.RequireAsync(id, clusters, stop), "hosts")), body.PlanHash, dryRun, changes, stop);

    private static async Task<PlanOrDeployment> RenewAsync(Guid id, Renewal body, bool? dryRun, ClusterService clusters, ClusterChangeService changes, CancellationToken stop) =>
        await DoAsync(new RenewCertificates(id, body.Certificates ?? [], HostNames.Members(body.Hosts, await ClustersApi.RequireAsync(id, clusters, stop), "hosts")), body.PlanHash, dryRun, changes, stop);

    private static async Task<PlanOrDeployment> NamesAsync(Guid id, ServerNames body, bool? dryRun, ClusterService clusters, ClusterChangeService changes, CancellationToken stop)
    {
        await ClustersApi.RequireAsync(id, clusters, stop);
        return await DoAsync(new ChangeApiServerNames(id, body.ExtraSans ?? throw new Core.InvalidInputException("extraSans", "Send all further names, or an empty list.")), body.PlanHash, dryRun, changes, stop);
    }

    private static async Task<PlanOrDeployment> ResetAsync(Guid id, Reset body, bool? dryRun, ClusterService clusters, ClusterChangeService changes, CancellationToken stop)
    {
        var cluster = await ClustersApi.RequireAsync(id, clusters, stop);
        if (dryRun != true && body.Name != cluster.Name)
        {
            throw new Core.InvalidInputException("name", $"Send the name of the cluster, {cluster.Name}, to confirm.");
        }

        return await DoAsync(new ResetCluster(id, HostNames.All(body.LeaveOut, cluster, "leaveOut")), body.PlanHash, dryRun, changes, stop);
    }

    private static async Task<NoContent> UncordonAsync(Guid id, string name, ClusterService clusters, CancellationToken stop)
    {
        var cluster = await ClustersApi.RequireAsync(id, clusters, stop);
        var host = HostNames.Members([name], cluster, "name")[0];
        await clusters.UncordonAsync(id, cluster.Spec.Members.Single(m => m.HostId == host).NodeName, stop);
        return TypedResults.NoContent();
    }

    private static async Task<PlanOrDeployment> DoAsync(ClusterChange change, string? hash, bool? dryRun, ClusterChangeService changes, CancellationToken stop) => dryRun == true
        ? TypedResults.Ok(PlanAnswer.Of(await changes.PreviewAsync(change, stop), change.ClusterId))
        : DeploymentsApi.Accepted(await changes.StartAsync(change, ClustersApi.PlanHash(hash), stop));

    private static DrainOptions Drain(int? minutes, bool force) => new(minutes ?? new DrainOptions().Minutes, force);
}
