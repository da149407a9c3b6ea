using System.Globalization;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Preflight;
using ClusterPanel.Web.Components.Controls;
using ClusterPanel.Web.Components.Pages.Clusters.Create;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Pages.Clusters;

public sealed partial class AddNodesPage
{
    private readonly CreateClusterModel _model = new();
    private Cluster? _cluster;
    private AddNodes? _change;
    private PreflightReport? _report;
    private bool _loaded;

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Inject]
    public required HostService Hosts { get; init; }

    [Parameter]
    public Guid Id { get; set; }

    private IReadOnlyList<Crumb> Way => [new("Clusters", "/clusters"), new(_cluster!.Name, $"/clusters/{Id}")];

    private List<Guid> Masters => _model.Request.MasterHostIds;

    private List<Guid> Workers => _model.Request.WorkerHostIds;

    private string Chosen => string.Create(CultureInfo.InvariantCulture, $"{Masters.Count} {(Masters.Count == 1 ? "master" : "masters")} and {Workers.Count} {(Workers.Count == 1 ? "worker" : "workers")} to add");

    protected override async Task OnParametersSetAsync()
    {
        if (_cluster?.Id == Id)
        {
            return;
        }

        _cluster = await Clusters.FindAsync(Id, CancellationToken.None);
        _model.BeginFor(_cluster, await Clusters.ListAsync(CancellationToken.None), await Hosts.ListAsync(CancellationToken.None));
        _loaded = true;
    }

    private NodeRole? RoleOf(Host host) => Masters.Contains(host.Id) ? NodeRole.ControlPlane : Workers.Contains(host.Id) ? NodeRole.Worker : null;

    private void Set(Host host, NodeRole? role)
    {
        _model.Choose(host.Id, role);
        Changed();
    }

    private void Changed() => (_change, _report) = (null, null);

    private void Check() => _change = new AddNodes(Id, [.. Masters], [.. Workers]);
}
