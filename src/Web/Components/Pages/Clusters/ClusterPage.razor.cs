using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Clusters;

public sealed partial class ClusterPage : IDisposable
{
    private static readonly IReadOnlyList<Crumb> Way = [new("Clusters", "/clusters")];
    private readonly CancellationTokenSource _gone = new();
    private Cluster? _cluster;
    private IReadOnlyList<Deployment> _deployments = [];
    private ClusterState? _state;
    private string? _error;
    private bool _loaded;
    private bool _reading;

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Inject]
    public required DeploymentService Deployments { get; init; }

    [Inject]
    public required IDeploymentStore Store { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    [CascadingParameter]
    public required Task<AuthenticationState> Authentication { get; set; }

    [Parameter]
    public Guid Id { get; set; }

    private bool Unfinished => _deployments.Any(d => !d.IsFinished);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_cluster?.Id != Id)
        {
            (_state, _error) = (null, null);
            await LoadAsync();
            _loaded = true;
            _ = ReadStateAsync();
        }
    }

    private async Task LoadAsync()
    {
        _cluster = await Clusters.FindAsync(Id, _gone.Token);
        _deployments = await Store.ListAsync(Id, 50, _gone.Token);
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        await ReadStateAsync();
    }

    // The last state stays on the page, dimmed, when the cluster cannot be read.
    private async Task ReadStateAsync()
    {
        if (_reading || _cluster is not { Status: ClusterStatus.Ready } cluster)
        {
            return;
        }

        _reading = true;
        try
        {
            _state = await Clusters.ReadStateAsync(cluster, _gone.Token);
            _error = null;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            return;
        }
        catch (HostException e)
        {
            _error = e.Message;
        }
        catch (Core.ConflictException e)
        {
            _error = e.Message;
        }
        finally
        {
            _reading = false;
        }

        StateHasChanged();
    }

    private async Task ResumeAsync(Deployment stopped)
    {
        try
        {
            await Deployments.RetryAsync(stopped.Id, null, (await Authentication).User.Identity?.Name ?? "", CancellationToken.None);
        }
        catch (Core.ConflictException)
        {
            // Somebody else was faster: the deployment's page shows how it stands.
        }

        Navigation.NavigateTo($"/deployments/{stopped.Id}");
    }

    private async Task KubeconfigAsync()
    {
        var parameters = new DialogParameters<KubeconfigDialog> { { d => d.Cluster, _cluster! }, { d => d.State, _state } };
        await Dialogs.ShowAsync<KubeconfigDialog>("Download kubeconfig", parameters);
    }

    private async Task ForgetAsync()
    {
        var running = _cluster!.Status == ClusterStatus.Ready;
        var done = await Dialogs.ConfirmAsync(
            $"Forget {_cluster.Name}?", "Forget cluster", () => Clusters.DeleteAsync(Id, CancellationToken.None), _cluster.Name,
            "The panel deletes its record of this cluster: plan, deployments, logs and the stored kubeconfig.",
            running ? "Nothing is changed on the hosts: Kubernetes keeps running there, without the panel." : "Nothing is changed on the hosts: what was installed so far stays there.");
        if (done)
        {
            Navigation.NavigateTo("/clusters");
        }
    }
}
