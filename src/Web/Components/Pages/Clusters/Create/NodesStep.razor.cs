using System.Globalization;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Pages.Clusters.Create;

public sealed partial class NodesStep
{
    [Parameter, EditorRequired]
    public required CreateClusterModel Model { get; set; }

    /// <summary>The choice of hosts has changed.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    private List<Guid> Masters => Model.Request.MasterHostIds;

    private List<Guid> Workers => Model.Request.WorkerHostIds;

    private IReadOnlyList<Host> Eligible => [.. Model.Hosts.Where(h => Model.NotEligible(h) is null)];

    private int SuggestedMasters => Eligible.Count >= 3 ? 3 : 1;

    private string Suggestion => string.Create(CultureInfo.InvariantCulture, $"Suggest: {SuggestedMasters} {(SuggestedMasters == 1 ? "master" : "masters")}, the rest workers");

    private string? Advice => MasterCount.Advice(Masters.Count);

    private NodeRole? RoleOf(Host host) =>
        Masters.Contains(host.Id) ? NodeRole.ControlPlane : Workers.Contains(host.Id) ? NodeRole.Worker : null;

    private Task SetAsync(Host host, NodeRole? role)
    {
        Model.Choose(host.Id, role);
        return OnChanged.InvokeAsync();
    }

    private Task SuggestAsync()
    {
        (Model.Request.MasterHostIds, Model.Request.WorkerHostIds) =
            ([.. Eligible.Take(SuggestedMasters).Select(h => h.Id)], [.. Eligible.Skip(SuggestedMasters).Select(h => h.Id)]);
        return OnChanged.InvokeAsync();
    }

    private Task ClearAsync()
    {
        Masters.Clear();
        Workers.Clear();
        return OnChanged.InvokeAsync();
    }
}
