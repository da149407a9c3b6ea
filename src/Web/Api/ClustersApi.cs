using System.Text;
using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Preflight;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClusterPanel.Web.Api;

/// <summary>Clusters: what they are, how they do, and making them. What changes their nodes is <see cref="NodesApi"/>.</summary>
internal static class ClustersApi
{
    /// <summary>A cluster.</summary>
    /// <param name="Id">Identity.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Status">Creating, Ready, Resetting or Removed.</param>
    /// <param name="Version">Of Kubernetes.</param>
    /// <param name="Endpoint">Its API's name and port, as its nodes know it.</param>
    /// <param name="VirtualIp">The VIP on workers.</param>
    /// <param name="PodSubnet">Pods' addresses.</param>
    /// <param name="ServiceSubnet">Services' addresses.</param>
    /// <param name="StandIn">True for the lab's imitation, which is no Kubernetes.</param>
    /// <param name="Members">Masters in joining order, then workers.</param>
    /// <param name="NotCleaned">Hosts that left and were not cleaned.</param>
    /// <param name="CreatedAt">When it was asked for.</param>
    internal sealed record ClusterAnswer(
        Guid Id, string Name, ClusterStatus Status, string Version, string Endpoint, string VirtualIp, string PodSubnet, string ServiceSubnet, bool StandIn,
        IReadOnlyList<ClusterMember> Members, IReadOnlyList<ClusterMember> NotCleaned, DateTimeOffset CreatedAt);

    /// <summary>A new cluster. Hosts are named by identity, name, address or range.</summary>
    /// <param name="ClusterId">From the plan that was shown; not for a dry run.</param>
    /// <param name="PlanHash">From the plan that was shown; not for a dry run.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Package">Identity, file name or version of the package.</param>
    /// <param name="Masters">Hosts that become masters, in joining order.</param>
    /// <param name="Workers">Hosts that become workers.</param>
    /// <param name="PodSubnet">Pods' addresses, CIDR.</param>
    /// <param name="ServiceSubnet">Services' addresses, CIDR.</param>
    /// <param name="DnsDomain">Cluster DNS domain.</param>
    /// <param name="ApiServerName">Name of the API server.</param>
    /// <param name="VirtualIp">The VIP on workers.</param>
    /// <param name="CniManifest">Path of the CNI manifest in the package, when it brings several.</param>
    /// <param name="LoadBalancer">Ipvs or Nftables; without it each worker's kernel decides.</param>
    /// <param name="ExtraSans">Further names and addresses for the API server's certificate.</param>
    /// <param name="CertificateYears">How many years certificates are valid for, 1 to 100; 99 when it is not said.</param>
    internal sealed record CreateCluster(
        Guid? ClusterId, string? PlanHash, string? Name, string? Package, IReadOnlyList<string>? Masters, IReadOnlyList<string>? Workers, string? PodSubnet, string? ServiceSubnet,
        string? DnsDomain, string? ApiServerName, string? VirtualIp, string? CniManifest, LoadBalancerKind? LoadBalancer, IReadOnlyList<string>? ExtraSans, int? CertificateYears);

    /// <summary>A host's leftovers: what a reset or a cleaning would undo on it.</summary>
    /// <param name="Host">The host.</param>
    /// <param name="Left">A line per thing; none when it is clean.</param>
    /// <param name="Error">Why it could not be looked at, or null.</param>
    internal sealed record LeftAnswer(string Host, IReadOnlyList<string> Left, string? Error);

    /// <summary>A cluster's certificates.</summary>
    /// <param name="Certificates">By host.</param>
    /// <param name="Silent">Hosts that were not read.</param>
    /// <param name="ReadAt">When.</param>
    internal sealed record CertificatesAnswer(IReadOnlyList<NodeCertificate> Certificates, IReadOnlyList<SilentAnswer> Silent, DateTimeOffset ReadAt);

    /// <summary>A host that did not answer.</summary>
    /// <param name="Host">The host.</param>
    /// <param name="Why">What it said, or that it said nothing.</param>
    internal sealed record SilentAnswer(string Host, string Why);

    /// <summary>What on a node is not as the panel left it.</summary>
    /// <param name="Host">The node's host.</param>
    /// <param name="What">A sentence for each difference.</param>
    /// <param name="CanBeRepaired">True when a repair sets it again.</param>
    internal sealed record DriftAnswer(string Host, IReadOnlyList<string> What, bool CanBeRepaired);

    /// <summary>A worker's load balancer, as it was seen last.</summary>
    /// <param name="Worker">The worker's node.</param>
    /// <param name="Mode">ipvs or nftables.</param>
    /// <param name="Reason">Why that and not the other.</param>
    /// <param name="Masters">The masters it knows.</param>
    /// <param name="SeenAt">When it was read.</param>
    /// <param name="Error">Why it is not known, or null.</param>
    internal sealed record BalancerAnswer(string Worker, string Mode, string Reason, IReadOnlyList<MasterAnswer> Masters, DateTimeOffset SeenAt, string? Error);

    /// <summary>A master in a load balancer's list.</summary>
    /// <param name="Address">Its address.</param>
    /// <param name="State">In: it gets connections. Leaving: it was taken off the list and keeps those it has for a minute. Out: it failed.</param>
    /// <param name="Answer">The status code of its last answer to a probe; 000 for none.</param>
    /// <param name="Since">Since when it is in that state.</param>
    /// <param name="Connections">How many connections of the worker to it are open.</param>
    internal sealed record MasterAnswer(string Address, BalancedState State, string Answer, DateTimeOffset Since, int Connections);

    /// <summary>How a cluster does, as it was seen last.</summary>
    /// <param name="Nodes">Its nodes, or null when its API never answered.</param>
    /// <param name="Error">Why its API does not answer now, or null: then the nodes are of the past.</param>
    /// <param name="SeenAt">When its API answered.</param>
    /// <param name="Concerns">What an operator should look at.</param>
    /// <param name="Drift">Nodes that are not as the panel left them.</param>
    /// <param name="Silent">Members that do not answer SSH: how they are set is not known.</param>
    internal sealed record StateAnswer(IReadOnlyList<NodeState>? Nodes, string? Error, DateTimeOffset? SeenAt, IReadOnlyList<string> Concerns, IReadOnlyList<DriftAnswer> Drift, IReadOnlyList<SilentAnswer> Silent);

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("", ListAsync).WithSummary("All clusters by name");
        group.MapPost("", CreateAsync).WithSummary("Create a cluster; with dryRun=true the plan only");
        group.MapPost("/preflight", PreflightAsync).WithSummary("Judge the hosts of a cluster to be created");
        group.MapGet("/{id:guid}", FindAsync).WithSummary("One cluster");
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Forget a cluster; nothing is changed on its hosts");
        group.MapGet("/{id:guid}/state", StateAsync).WithSummary("Its nodes and what needs attention");
        group.MapGet("/{id:guid}/etcd", EtcdAsync).WithSummary("etcd's members");
        group.MapGet("/{id:guid}/loadbalancers", BalancersAsync).WithSummary("Each worker's list of masters");
        group.MapGet("/{id:guid}/certificates", CertificatesAsync).WithSummary("Every certificate and kubeconfig on every node, as the hosts have them now");
        group.MapGet("/{id:guid}/leftovers", LeftoversAsync).WithSummary("What a reset or a cleaning would undo on each host").WithMetadata(new NeedsRole(Role.Operator));
        group.MapGet("/{id:guid}/kubeconfig", KubeconfigAsync).WithSummary("The admin kubeconfig for an address of the API server").Produces<string>(StatusCodes.Status200OK, "application/yaml").WithMetadata(new NeedsRole(Role.Operator));
    }

    /// <summary>The cluster, or an exception that becomes 404.</summary>
    public static async Task<Cluster> RequireAsync(Guid id, ClusterService clusters, CancellationToken stop) =>
        await clusters.FindAsync(id, stop) ?? throw new KeyNotFoundException("There is no such cluster.");

    private static async Task<Page<ClusterAnswer>> ListAsync(int? skip, int? take, ClusterService clusters, CancellationToken stop) =>
        Page<ClusterAnswer>.Of(await clusters.ListAsync(stop), skip, take, Answer);

    private static async Task<ClusterAnswer> FindAsync(Guid id, ClusterService clusters, CancellationToken stop) => Answer(await RequireAsync(id, clusters, stop));

    private static async Task<Results<Ok<PlanAnswer>, Accepted<DeploymentsApi.DeploymentAnswer>>> CreateAsync(CreateCluster body, bool? dryRun, DeploymentService deployments, HostService hosts, PackageService packages, CancellationToken stop)
    {
        var request = await RequestAsync(body, hosts, packages, stop);
        if (dryRun == true)
        {
            return TypedResults.Ok(PlanAnswer.Of(await deployments.PreviewAsync(request, stop), request.ClusterId));
        }

        if (body.ClusterId is null)
        {
            throw new InvalidInputException("clusterId", "Ask for the plan first (?dryRun=true) and send its clusterId and hash back.");
        }

        return DeploymentsApi.Accepted(await deployments.StartAsync(request, PlanHash(body.PlanHash), stop));
    }

    private static async Task<PreflightReport> PreflightAsync(CreateCluster body, PreflightService preflight, HostService hosts, PackageService packages, CancellationToken stop) =>
        await preflight.RunAsync(await RequestAsync(body, hosts, packages, stop), null, stop);

    /// <summary>The hash a program sends back, which must be there.</summary>
    public static string PlanHash(string? hash) => hash ?? throw new InvalidInputException("planHash", "Ask for the plan first (?dryRun=true) and send its hash back.");

    private static async Task<ClusterRequest> RequestAsync(CreateCluster body, HostService hosts, PackageService packages, CancellationToken stop)
    {
        var inventory = await hosts.ListAsync(stop);
        var defaults = new ClusterRequest();
        return new ClusterRequest
        {
            ClusterId = body.ClusterId ?? Guid.NewGuid(),
            Name = body.Name ?? "",
            PackageId = (await packages.ListAsync(stop)).FirstOrDefault(p => p.Id.ToString() == body.Package || p.FileName == body.Package || p.Manifest.Version.ToString() == body.Package)?.Id,
            MasterHostIds = HostNames.Find(body.Masters, inventory, "masters"),
            WorkerHostIds = HostNames.Find(body.Workers, inventory, "workers"),
            PodSubnet = body.PodSubnet ?? defaults.PodSubnet,
            ServiceSubnet = body.ServiceSubnet ?? defaults.ServiceSubnet,
            DnsDomain = body.DnsDomain ?? defaults.DnsDomain,
            ApiServerName = body.ApiServerName ?? defaults.ApiServerName,
            VirtualIp = body.VirtualIp ?? defaults.VirtualIp,
            CniManifest = body.CniManifest,
            LoadBalancer = body.LoadBalancer,
            ExtraSans = [.. body.ExtraSans ?? []],
            CertificateYears = body.CertificateYears ?? defaults.CertificateYears,
        };
    }

    private static async Task<NoContent> DeleteAsync(Guid id, ClusterService clusters, CancellationToken stop)
    {
        await clusters.DeleteAsync(id, stop);
        return TypedResults.NoContent();
    }

    private static async Task<StateAnswer> StateAsync(Guid id, ClusterService clusters, CertificateLimits limits, TimeProvider time, CancellationToken stop)
    {
        var cluster = await RequireAsync(id, clusters, stop);
        var view = await clusters.FirstViewAsync(cluster, v => v.State is not null || v.Error is not null, stop);
        return new StateAnswer(view.State?.Nodes, view.Error, view.State?.ReadAt, view.Concerns(cluster.Spec, time.GetUtcNow(), limits), [.. view.Drift(cluster.Spec).Select(d => new DriftAnswer(d.Node.HostName, d.What, d.CanBeRepaired))], [.. view.Silent(cluster.Spec).Select(s => new SilentAnswer(s.Host.HostName, s.Why))]);
    }

    private static async Task<EtcdAnswer> EtcdAsync(Guid id, ClusterService clusters, CancellationToken stop) => EtcdAnswer.Of(await HealthAsync(id, clusters, stop));

    private static async Task<IReadOnlyList<BalancerAnswer>> BalancersAsync(Guid id, ClusterService clusters, CancellationToken stop)
    {
        var health = await HealthAsync(id, clusters, stop);
        return
        [
            .. health.Balancers.Select(b => new BalancerAnswer(
                b.Worker.NodeName, b.Mode, b.Worker.LoadBalancerReason, [.. b.Masters.Select(m => new MasterAnswer(m.Address, m.State, m.Answer, health.ReadAt - m.For, m.Connections))], health.ReadAt, null)),
            .. health.Silent.Where(s => s.Host.Role == NodeRole.Worker).Select(s => new BalancerAnswer(s.Host.NodeName, "", s.Host.LoadBalancerReason, [], health.ReadAt, s.Why)),
        ];
    }

    private static async Task<CertificatesAnswer> CertificatesAsync(Guid id, ClusterService clusters, ClusterCertificateService certificates, CancellationToken stop)
    {
        var read = await certificates.ReadAsync(await RequireAsync(id, clusters, stop), stop);
        return new CertificatesAnswer(read.All, [.. read.Silent.Select(s => new SilentAnswer(s.Host.HostName, s.Why))], read.ReadAt);
    }

    private static async Task<IReadOnlyList<LeftAnswer>> LeftoversAsync(Guid id, ClusterService clusters, HostLeftovers leftovers, CancellationToken stop)
    {
        var cluster = await RequireAsync(id, clusters, stop);
        return await Task.WhenAll(cluster.Spec.Members.Concat(cluster.Spec.NotCleaned).Select(async member =>
        {
            try
            {
                return new LeftAnswer(member.HostName, await leftovers.ListAsync(cluster.Spec, member, stop), null);
            }
            catch (Exception e) when (e is HostException or ConflictException)
            {
                return new LeftAnswer(member.HostName, [], e.Message);
            }
        }));
    }

    private static async Task<ClusterHealth> HealthAsync(Guid id, ClusterService clusters, CancellationToken stop)
    {
        var cluster = await RequireAsync(id, clusters, stop);
        return (await clusters.FirstViewAsync(cluster, v => v.Health is not null, stop)).Health ?? throw new ConflictException(cluster.Status == ClusterStatus.Ready
            ? "This cluster's hosts were not seen yet: ask again in some seconds."
            : "This cluster is not ready, so nothing is known of its hosts.");
    }

    private static async Task<IResult> KubeconfigAsync(Guid id, string? server, ClusterService clusters, HttpContext context, CancellationToken stop)
    {
        var cluster = await RequireAsync(id, clusters, stop);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(await clusters.KubeconfigAsync(cluster, server ?? (ClusterService.KubeconfigServers(cluster) is [var first, ..] ? first : throw new Core.ConflictException($"Cluster {cluster.Name} was reset: it has no API server.")), stop), "application/yaml", Encoding.UTF8);
    }

    private static ClusterAnswer Answer(Cluster cluster) => new(
        cluster.Id, cluster.Name, cluster.Status, cluster.Spec.Version.ToString(), cluster.Spec.ControlPlaneEndpoint, cluster.Spec.VirtualIp, cluster.Spec.PodSubnet, cluster.Spec.ServiceSubnet,
        cluster.Spec.StandIn, cluster.Spec.Members, cluster.Spec.NotCleaned, cluster.CreatedAt);
}
