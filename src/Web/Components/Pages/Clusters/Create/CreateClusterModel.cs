using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Preflight;
using ClusterPanel.Web.Components.Controls;

namespace ClusterPanel.Web.Components.Pages.Clusters.Create;

/// <summary>What the steps of the wizard share. The judge of every field is Core.</summary>
public sealed class CreateClusterModel
{
    private static readonly IReadOnlyList<string[]> FieldsOfStep =
    [
        ["name", "package"],
        ["masters", "workers"],
        ["podSubnet", "serviceSubnet", "dnsDomain", "apiServerName", "virtualIp", "extraSans", "cniManifest", "loadBalancer"],
    ];

    /// <summary>The cluster that gets the chosen hosts, or null for a new one.</summary>
    public Cluster? Growing { get; private set; }

    public ClusterRequest Request { get; private set; } = new();

    public IReadOnlyList<OfflinePackage> Packages { get; set; } = [];

    /// <summary>All hosts there are.</summary>
    public IReadOnlyList<Host> Inventory { get; private set; } = [];

    /// <summary>Those to choose from: all but the members of the cluster that is to grow, eligible ones first.</summary>
    public IReadOnlyList<Host> Hosts { get; private set; } = [];

    public IReadOnlyList<Cluster> Clusters { get; set; } = [];

    public FieldErrors Errors { get; } = new();

    /// <summary>The last finished preflight of the request as it stands, or null.</summary>
    public PreflightReport? Preflight { get; set; }

    /// <summary>The plan of the request as it stands, or null.</summary>
    public PlanPreview? Preview { get; set; }

    public OfflinePackage? Package => Packages.FirstOrDefault(p => p.Id == Request.PackageId);

    public bool StandIn => Package?.Manifest.StandIn == true;

    public Cluster? ClusterOf(Host host) => Clusters.FirstOrDefault(c => c.Spec.Holds(host.Id));

    /// <summary>Why a host cannot be chosen, or null when it can.</summary>
    public string? NotEligible(Host host) => host.Condition() switch
    {
        HostCondition.KeyChanged => "its host key has changed",
        HostCondition.KeyNotRead or HostCondition.WaitsForApproval => "its host key is not approved",
        _ when host.Facts is null => "its facts were not read yet",
        _ when ClusterOf(host) is { } cluster => cluster.Spec.IsNotCleaned(host.Id) ? $"it left cluster {cluster.Name} and was not cleaned: see that cluster's page" : $"it is in cluster {cluster.Name}",
        _ => null,
    };

    /// <summary>Begins a choice of further hosts for a cluster that exists.</summary>
    public void BeginFor(Cluster? cluster, IReadOnlyList<Cluster> clusters, IReadOnlyList<Host> hosts)
    {
        Clusters = clusters;
        Growing = cluster;
        SetHosts(hosts);
        Request = cluster is null ? new() : ClusterSpecBuilder.RequestOf(cluster.Spec);
    }

    /// <summary>Takes over the inventory.</summary>
    public void SetHosts(IReadOnlyList<Host> hosts)
    {
        Inventory = hosts;
        Hosts = [.. hosts.Where(h => Growing?.Spec.Members.Any(m => m.HostId == h.Id) != true).OrderBy(h => NotEligible(h) is not null)];
    }

    /// <summary>Gives a host a role, or none.</summary>
    public void Choose(Guid hostId, NodeRole? role)
    {
        Request.MasterHostIds.Remove(hostId);
        Request.WorkerHostIds.Remove(hostId);
        switch (role)
        {
            case NodeRole.ControlPlane:
                Request.MasterHostIds.Add(hostId);
                break;
            case NodeRole.Worker:
                Request.WorkerHostIds.Add(hostId);
                break;
            default:
                break;
        }
    }

    /// <summary>Takes over what Core found wrong, as far as the steps up to this one are concerned.</summary>
    /// <returns>True when nothing is wrong so far.</returns>
    public bool Accept(IReadOnlyList<FieldError> errors, int step)
    {
        var later = FieldsOfStep.Skip(step + 1).SelectMany(f => f).ToHashSet();
        var counting = errors.Where(e => !later.Contains(e.Field)).ToList();
        Errors.Set(counting, [.. FieldsOfStep[Math.Min(step, FieldsOfStep.Count - 1)]]);
        return counting.Count == 0;
    }
}
