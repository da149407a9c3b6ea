using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Hosts;

public sealed partial class HostsPage : IDisposable
{
    private readonly HashSet<Guid> _probing = [];
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<Host>? _hosts;
    private IReadOnlyList<Credential> _credentials = [];
    private IReadOnlyList<Cluster> _clusters = [];

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

    [Inject]
    public required NavigationManager Navigation { get; init; }

    /// <summary>Text of the filter.</summary>
    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    private IReadOnlyList<Host> Waiting =>
        [.. (_hosts ?? []).Where(h => h.Condition() is HostCondition.WaitsForApproval or HostCondition.KeyNotRead)];

    private IReadOnlyList<Host> Shown => string.IsNullOrWhiteSpace(Q) ? _hosts! : [.. _hosts!.Where(h => Matches(h, Q.Trim()))];

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _credentials = await Credentials.ListAsync(_gone.Token);
        _clusters = await Clusters.ListAsync(_gone.Token);
        _hosts = await Hosts.ListAsync(_gone.Token);
    }

    private bool Matches(Host host, string text) =>
        new[] { host.Name, host.Endpoint, host.Facts?.OperatingSystem, host.Facts?.HostName, ClusterOf(host)?.Name }
            .Any(v => v?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);

    private Cluster? ClusterOf(Host host) => _clusters.FirstOrDefault(c => c.Spec.Holds(host.Id));

    private void Filter(string? text) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", string.IsNullOrWhiteSpace(text) ? null : text), replace: true);

    private async Task AddAsync()
    {
        await Dialogs.AddHostsAsync(null, LoadAsync);
        await LoadAsync();
    }

    private async Task ApproveAsync(IReadOnlyList<Host> hosts)
    {
        await Dialogs.ApproveKeysAsync(hosts);
        await LoadAsync();
    }

    private async Task ReviewChangedAsync(Host host)
    {
        var parameters = new DialogParameters<ChangedKeyDialog> { { d => d.Host, host } };
        var dialog = await Dialogs.ShowAsync<ChangedKeyDialog>($"New host key of {host.Name}", parameters);
        await dialog.Result;
        await LoadAsync();
    }

    private Task ProbeAllAsync() => ProbeAsync([.. _hosts!.Where(h => h.TrustedKey is not null)]);

    private async Task ProbeAsync(IReadOnlyList<Host> hosts)
    {
        var chosen = hosts.Where(h => _probing.Add(h.Id)).ToList();
        await HostBatch.RunAsync(chosen, async host =>
        {
            try
            {
                await Hosts.ProbeAsync(host.Id, _gone.Token);
            }
            catch (Core.RefusedException e)
            {
                await InvokeAsync(() => Snackbar.Add(e.Message, Severity.Warning));
            }

            await InvokeAsync(async () =>
            {
                _probing.Remove(host.Id);
                _hosts = await Hosts.ListAsync(_gone.Token);
                StateHasChanged();
            });
        }, _gone.Token);
    }

    private async Task DeleteAsync(Host host)
    {
        await Dialogs.ConfirmAsync(
            $"Delete {host.Name}?", "Delete host", () => Hosts.DeleteAsync(host.Id, _gone.Token), null,
            "The panel forgets this machine and its approved key. Nothing is changed on the machine.");
        await LoadAsync();
    }
}
