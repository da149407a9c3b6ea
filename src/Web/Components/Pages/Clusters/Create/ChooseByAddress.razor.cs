using System.Net;
using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Controls;
using ClusterPanel.Web.Components.Pages.Hosts;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Clusters.Create;

public sealed partial class ChooseByAddress
{
    private readonly FieldErrors _errors = new();
    private string? _text;
    private IReadOnlyList<string> _unknown = [];
    private IReadOnlyList<string> _refused = [];

    [Inject]
    public required HostService Hosts { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Parameter, EditorRequired]
    public required CreateClusterModel Model { get; set; }

    /// <summary>The choice, or the inventory, has changed.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    private async Task ChooseAsync(NodeRole role)
    {
        _errors.Clear();
        try
        {
            (var found, _unknown) = HostChoice.Find(_text, Model.Inventory);
            _refused = [.. found.Where(h => Model.NotEligible(h) is not null).Select(h => $"{h.Name}: {Model.NotEligible(h)}.")];
            foreach (var host in found.Where(h => Model.NotEligible(h) is null))
            {
                Model.Choose(host.Id, role);
            }
        }
        catch (InvalidInputException e)
        {
            _errors.Set(e.Errors, "addresses");
        }

        await OnChanged.InvokeAsync();
    }

    private async Task AddAsync()
    {
        // A name is only a proposal: the dialog shows it for editing.
        var lines = _unknown.Select(u => IPAddress.TryParse(u, out _) ? $"host-{u.Replace('.', '-').Replace(':', '-')} {u}" : $"{u} {u}");
        await Dialogs.AddHostsAsync(string.Join('\n', lines), LoadAsync);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        Model.SetHosts(await Hosts.ListAsync(CancellationToken.None));
        (_unknown, _refused) = ([], []);
        await OnChanged.InvokeAsync();
    }
}
