using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Clusters;

public sealed partial class ClusterPage : IDisposable
{
    private static readonly IReadOnlyList<Crumb> Way = [new("Clusters", "/clusters")];
    private readonly CancellationTokenSource _gone = new();
    private Cluster? _cluster;
    private IReadOnlyList<Deployment> _deployments = [];
    private ClusterView _view = ClusterView.Nothing;
    private bool _loaded;

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Inject]
    public required DeploymentService Deployments { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

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
            await LoadAsync(soon: true);
            _loaded = true;
        }
    }

    private async Task LoadAsync(bool soon)
    {
        _cluster = await Clusters.FindAsync(Id, _gone.Token);
        _deployments = await Deployments.ListAsync(Id, 50, _gone.Token);
        _view = await Clusters.ViewAsync(Id, soon, _gone.Token);
    }

    private async Task RefreshAsync()
    {
        // What a deployment has changed, and what somebody looks at, is shown without waiting for the next look's turn; a large cluster
        // is not asked as often.
        await LoadAsync(soon: Unfinished || _view.Health?.ReadAt < Time.GetUtcNow() - TimeSpan.FromSeconds(Math.Max(10, _cluster?.Spec.Members.Count ?? 0)));
    }

    private async Task ResumeAsync(Deployment stopped)
    {
        try
        {
            await Deployments.RetryAsync(stopped.Id, null, CancellationToken.None);
        }
        catch (Core.ConflictException)
        {
            // Somebody else was faster: the deployment's page shows how it stands.
        }

        Navigation.NavigateTo($"/deployments/{stopped.Id}");
    }

    private Task<bool> UncordonAsync(ClusterMember member) => Dialogs.ConfirmAsync(
        $"Uncordon {member.HostName}?", "Uncordon", async () =>
        {
            try
            {
                await Clusters.UncordonAsync(Id, member.NodeName, CancellationToken.None);
            }
            catch (HostException e)
            {
                throw new Core.ConflictException(e.Message, e);
            }
        },
        null, $"New pods may be placed on {member.NodeName} again.");

    private Task<bool> GiveUpAsync(ClusterMember left) => Dialogs.ConfirmAsync(
        $"{left.HostName} will not come back?", "Take it off the list", () => Clusters.GiveUpHostAsync(Id, left.HostId, CancellationToken.None), left.HostName,
        $"The panel forgets that {left.HostName} was a node of this cluster, and how it was before. It cannot be cleaned any more.",
        "Only for a machine that was destroyed or installed anew: its certificates stay valid, and if it is switched on again it is neither recognised nor cordoned.");

    private async Task KubeconfigAsync()
    {
        var parameters = new DialogParameters<KubeconfigDialog> { { d => d.Cluster, _cluster! }, { d => d.State, _view.State } };
        await Dialogs.ShowAsync<KubeconfigDialog>("Download kubeconfig", parameters);
    }

    private async Task ForgetAsync()
    {
        var running = _cluster!.Status == ClusterStatus.Ready;
        var done = await Dialogs.ConfirmAsync(
            $"Forget {_cluster.Name}?", "Forget cluster", () => Clusters.DeleteAsync(Id, CancellationToken.None), _cluster.Name,
            "The panel deletes its record of this cluster: plan, deployments, logs, the stored kubeconfig, and how its hosts were before: it can clean none of them afterwards.",
            running ? "Nothing is changed on the hosts: Kubernetes keeps running there, without the panel." : "Nothing is changed on the hosts: what was installed so far stays there.");
        if (done)
        {
            Navigation.NavigateTo("/clusters");
        }
    }
}
