using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Preflight;
using ClusterPanel.Web.Components.Controls;
using ClusterPanel.Web.Components.Pages.Clusters.Create;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Pages.Clusters;

public sealed partial class ReplaceMasterPage
{
    private readonly CreateClusterModel _model = new();
    private Cluster? _cluster;
    private ClusterMember? _old;
    private DrainOptions? _drain = new();
    private ReplaceMaster? _change;
    private PreflightReport? _report;
    private Host? _itself;
    private string? _error;
    private bool _answers;
    private bool _poweredOff;
    private bool _loaded;

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Inject]
    public required HostService Hosts { get; init; }

    [Inject]
    public required ClusterChangeService Changes { get; init; }

    [Parameter]
    public Guid Id { get; set; }

    [Parameter]
    public Guid HostId { get; set; }

    private IReadOnlyList<Crumb> Way => [new("Clusters", "/clusters"), new(_cluster!.Name, $"/clusters/{Id}")];

    protected override async Task OnParametersSetAsync()
    {
        if (_old?.HostId == HostId)
        {
            return;
        }

        _cluster = await Clusters.FindAsync(Id, CancellationToken.None);
        _old = _cluster?.Spec.ControlPlane.FirstOrDefault(m => m.HostId == HostId);
        _model.BeginFor(_cluster, await Clusters.ListAsync(CancellationToken.None), await Hosts.ListAsync(CancellationToken.None));
        _loaded = true;
        if (_old is not null)
        {
            StateHasChanged();
            try
            {
                _error = await Changes.WhySilentAsync(Id, HostId, CancellationToken.None);
                _answers = _error is null;
                _itself = _answers ? await Hosts.FindAsync(HostId, CancellationToken.None) : null;
            }
            catch (RefusedException e)
            {
                _error = e.Message;
            }

            Plan();
        }
    }

    private void Take(Guid host)
    {
        _model.Request.MasterHostIds = [host];
        _report = null;
        Plan();
    }

    private void SetPoweredOff(bool poweredOff)
    {
        _poweredOff = poweredOff;
        Plan();
    }

    private void SetDrain(DrainOptions? drain)
    {
        _drain = drain;
        Plan();
    }

    private void Plan() => _change = _model.Request.MasterHostIds is [var host] && (_answers || _poweredOff) && _drain is not null
        ? new ReplaceMaster(Id, HostId, host, !_answers || host == HostId, _drain)
        : null;
}
