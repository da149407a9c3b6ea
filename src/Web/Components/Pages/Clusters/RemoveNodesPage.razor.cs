using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Pages.Clusters;

public sealed partial class RemoveNodesPage
{
    private Cluster? _cluster;
    private IReadOnlyList<RemoveRow> _rows = [];
    private RemoveNodes? _change;
    private DrainOptions? _drain = new();
    private bool _loaded;

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Inject]
    public required ClusterChangeService Changes { get; init; }

    [Parameter]
    public Guid Id { get; set; }

    /// <summary>Nodes that are chosen at first.</summary>
    [SupplyParameterFromQuery(Name = "host")]
    public Guid[]? Hosts { get; set; }

    private IReadOnlyList<Crumb> Way => [new("Clusters", "/clusters"), new(_cluster!.Name, $"/clusters/{Id}")];

    private IReadOnlyList<RemoveRow> Chosen => [.. _rows.Where(r => r.Chosen)];

    protected override async Task OnParametersSetAsync()
    {
        if (_cluster?.Id != Id)
        {
            _cluster = await Clusters.FindAsync(Id, CancellationToken.None);
            _rows = [.. (_cluster?.Spec.Members ?? []).Select(m => new RemoveRow(m))];
            _loaded = true;
            StateHasChanged();
            await Task.WhenAll(_rows.Where(r => Hosts?.Contains(r.Member.HostId) == true).Select(ChooseAsync));
        }
    }

    private async Task ChooseAsync(RemoveRow row)
    {
        row.Chosen = !row.Chosen;
        if (row.Chosen && !row.Looking)
        {
            // Anew each time: a host that only restarted has been away a moment ago.
            (row.Looking, row.Answers, row.Error, row.PoweredOff) = (true, false, null, false);
            Plan();
            try
            {
                row.Error = await Changes.WhySilentAsync(Id, row.Member.HostId, CancellationToken.None);
                row.Answers = row.Error is null;
            }
            catch (RefusedException e)
            {
                row.Error = e.Message;
            }

            row.Looking = false;
        }

        Plan();
        StateHasChanged();
    }

    private void SetPoweredOff(RemoveRow row)
    {
        row.PoweredOff = !row.PoweredOff;
        Plan();
    }

    private void SetDrain(DrainOptions? drain)
    {
        _drain = drain;
        Plan();
    }

    // There is a plan as soon as every chosen host answers, or is said to be switched off.
    private void Plan() => _change = _drain is not null && Chosen.Count > 0 && Chosen.All(r => r.Decided)
        ? new RemoveNodes(Id, Ids(NodeRole.ControlPlane), Ids(NodeRole.Worker), [.. Chosen.Where(r => !r.Answers).Select(r => r.Member.HostId)], _drain)
        : null;

    private List<Guid> Ids(NodeRole role) => [.. Chosen.Where(r => r.Member.Role == role).Select(r => r.Member.HostId)];
}
