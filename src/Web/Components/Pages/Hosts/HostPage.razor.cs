using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Hosts;

public sealed partial class HostPage
{
    private static readonly IReadOnlyList<Crumb> Way = [new("Hosts", "/hosts")];
    private Host? _host;
    private Credential? _credential;
    private Cluster? _cluster;
    private bool _loaded;
    private bool _busy;

    [Inject]
    public required HostService Hosts { get; init; }

    [Inject]
    public required CredentialService Credentials { get; init; }

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required ISnackbar Snackbar { get; init; }

    [Parameter]
    public Guid Id { get; set; }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _host = await Hosts.FindAsync(Id, CancellationToken.None);
        _credential = (await Credentials.ListAsync(CancellationToken.None)).FirstOrDefault(c => c.Id == _host?.CredentialId);
        _cluster = (await Clusters.ListAsync(CancellationToken.None)).FirstOrDefault(c => c.Spec.Holds(Id));
        _loaded = true;
    }

    private async Task ProbeAsync()
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        try
        {
            await Hosts.ProbeAsync(Id, CancellationToken.None);
        }
        catch (Core.RefusedException e)
        {
            Snackbar.Add(e.Message, Severity.Warning);
        }
        finally
        {
            _busy = false;
        }

        await LoadAsync();
    }

    private async Task ReviewAsync()
    {
        var parameters = new DialogParameters<ChangedKeyDialog> { { d => d.Host, _host! } };
        var dialog = await Dialogs.ShowAsync<ChangedKeyDialog>($"New host key of {_host!.Name}", parameters);
        await dialog.Result;
        await LoadAsync();
    }
}
