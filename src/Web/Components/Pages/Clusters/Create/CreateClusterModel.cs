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

    public ClusterRequest Request { get; } = new();

    public IReadOnlyList<OfflinePackage> Packages { get; set; } = [];

    public IReadOnlyList<Host> Hosts { get; set; } = [];

    public IReadOnlyList<Cluster> Clusters { get; set; } = [];

    public FieldErrors Errors { get; } = new();

    /// <summary>The last finished preflight of the request as it stands, or null.</summary>
    public PreflightReport? Preflight { get; set; }

    /// <summary>The plan of the request as it stands, or null.</summary>
    public PlanPreview? Preview { get; set; }

    public OfflinePackage? Package => Packages.FirstOrDefault(p => p.Id == Request.PackageId);

    public bool StandIn => Package?.Manifest.StandIn == true;

    public Cluster? ClusterOf(Host host) => Clusters.FirstOrDefault(c => c.Spec.Members.Any(m => m.HostId == host.Id));

    /// <summary>Why a host cannot be chosen, or null when it can.</summary>
    public string? NotEligible(Host host) => host.Condition() switch
    {
        HostCondition.KeyChanged => "its host key has changed",
        HostCondition.KeyNotRead or HostCondition.WaitsForApproval => "its host key is not approved",
        _ when host.Facts is null => "its facts were not read yet",
        _ when ClusterOf(host) is { } cluster => $"it is in cluster {cluster.Name}",
        _ => null,
    };

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
