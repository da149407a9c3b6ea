using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Components.Controls;
using ClusterPanel.Web.Feeds;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Deployments;

public sealed partial class DeploymentPage : IDisposable
{
    /// <summary>At most one render in this time, however many lines come.</summary>
    private static readonly TimeSpan RenderInterval = TimeSpan.FromMilliseconds(100);

    private CancellationTokenSource _gone = new();
    private DeploymentWatch? _watch;
    private Guid _watchedId;
    private DeploymentSnapshot? _snapshot;
    private DeploymentGrid _grid = DeploymentGrid.Empty;
    private LogTail? _tail;
    private (string?, string?, string?) _filter;
    private DateTimeOffset _now;
    private bool _standIn;
    private bool _busy;
    private string? _error;

    [Inject]
    public required DeploymentFeed Feed { get; init; }

    [Inject]
    public required DeploymentService Deployments { get; init; }

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    [Parameter]
    public Guid Id { get; set; }

    /// <summary>Only this host's lines, or null.</summary>
    [SupplyParameterFromQuery]
    public string? Host { get; set; }

    /// <summary>Only this stage's lines, or null.</summary>
    [SupplyParameterFromQuery]
    public string? Stage { get; set; }

    /// <summary>Only lines that contain this, or null.</summary>
    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    private IReadOnlyList<Crumb> Way => _snapshot is null
        ? [new("Clusters", "/clusters")]
        : [new("Clusters", "/clusters"), new(_snapshot.Deployment.ClusterName, $"/clusters/{_snapshot.Deployment.ClusterId}")];

    private string Title => _snapshot!.Deployment.Kind.Text(_snapshot.Deployment.ClusterName);

    public void Dispose() => StopWatching();

    protected override async Task OnParametersSetAsync()
    {
        if (_watch is null || _watchedId != Id)
        {
            StopWatching();
            _gone = new();
            (_watch, _watchedId, _snapshot, _filter) = (Feed.Watch(Id), Id, null, (Host, Stage, Q));
            _tail = NewTail(_watch);
            _ = PumpAsync(_watch, _gone.Token);
        }
        else if (_filter != (Host, Stage, Q))
        {
            _filter = (Host, Stage, Q);
            _tail = NewTail(_watch);
            await _tail.PullAsync(_gone.Token);
        }
    }

    // What a link asks for may be nonsense: that is said, and the whole log shown.
    private LogTail NewTail(DeploymentWatch watch)
    {
        var wrong = new LogQuery(0, 1) { Host = Host, Stage = Stage, Search = Q }.Check();
        _error = wrong.Count > 0 ? string.Join(" ", wrong.Select(e => e.Message)) : null;
        return wrong.Count > 0 ? new(Deployments, Id, watch, null, null, null) : new(Deployments, Id, watch, Given(Host), Given(Stage), Given(Q));
    }

    private async Task PumpAsync(DeploymentWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await watch.WaitAsync(cancellationToken);
                await InvokeAsync(() => TakeOverAsync(watch, cancellationToken));
                await Task.Delay(RenderInterval, Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (ObjectDisposedException)
        {
            // The circuit is gone.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task TakeOverAsync(DeploymentWatch watch, CancellationToken cancellationToken)
    {
        if (_snapshot != watch.Snapshot)
        {
            var first = _snapshot is null;
            (_snapshot, _now) = (watch.Snapshot, Time.GetUtcNow());
            _grid = _snapshot is null ? DeploymentGrid.Empty : DeploymentGrid.Of(_snapshot);
            if (first && _snapshot is not null)
            {
                _standIn = (await Clusters.FindAsync(_snapshot.Deployment.ClusterId, cancellationToken))?.Spec.StandIn == true;
            }
        }

        await _tail!.PullAsync(cancellationToken);
        StateHasChanged();
    }

    private void StopWatching()
    {
        _gone.Cancel();
        _gone.Dispose();
        _watch?.Dispose();
        _watch = null;
    }

    private Task LoadOlderAsync() => _tail!.LoadOlderAsync(_gone.Token);

    private void ShowCell((string? Host, string? Stage) cell) => Filter((cell.Host, cell.Stage, Q));

    private void Filter((string? Host, string? Stage, string? Search) filter) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["host"] = Given(filter.Host), ["stage"] = Given(filter.Stage), ["q"] = Given(filter.Search) }),
        replace: true);

    private string StillRunning => _grid.Running.Count == 0
        ? "nothing"
        : string.Join("; ", _grid.Running.GroupBy(c => c.Stage.Title).Select(g => $"{g.Key} on {Show.Hosts(g.Select(c => c.Host.HostName))}"));

    private Task RetryAsync() => DoAsync(async () => await Deployments.RetryAsync(Id, null, CancellationToken.None));

    private Task RetryHostAsync(ClusterMember host) => DoAsync(async () => await Deployments.RetryAsync(Id, host.HostId, CancellationToken.None));

    private async Task SkipAsync(ClusterMember host) => await Dialogs.ConfirmAsync(
        $"Leave {host.HostName} out?", "Leave host out", async () => await Deployments.SkipAsync(Id, host.HostId, CancellationToken.None), null,
        $"The deployment goes on without {host.HostName}, and {host.HostName} is listed as left out.",
        _grid.RemainsWhenLeftOut(host) ? "It stays a node of the cluster, cordoned when its drain had begun: uncordon it on the cluster's page."
        : _grid.IsLeaving(host) ? "It is no node of the cluster any more, and is listed there as not cleaned: its pods end when it is cleaned."
        : "What was done on it so far stays there; a command that runs there ends by itself.");

    private async Task TakeOverAsync(ClusterMember host) => await Dialogs.ConfirmAsync(
        $"Take {host.HostName} over?", "Take over", async () => await Deployments.TakeOverAsync(Id, host.HostId, CancellationToken.None), host.HostName,
        $"Another panel or cluster has marked {host.HostName} as its own. If that panel still runs, it can no longer change this host.",
        "Nothing is removed: a host that still holds that cluster's Kubernetes is refused all the same. The old mark is kept on the host, and your name in the log.");

    private async Task CancelAsync() => await Dialogs.ConfirmAsync(
        "Stop this deployment?", "Stop deployment", async () => await Deployments.CancelAsync(Id, CancellationToken.None), null,
        "No new step begins. Commands that run on hosts are let end.",
        "Resume continues later where it stopped.");

    private async Task StopAsync() => await Dialogs.ConfirmAsync(
        "Stop the commands on the hosts?", "Stop commands", async () => await Deployments.StopAsync(Id, CancellationToken.None), null,
        $"Ended at once: {StillRunning}.",
        "A half-done kubeadm command is recognised by Resume, undone and run again.");

    private async Task DoAsync(Func<Task> action)
    {
        if (_busy)
        {
            return;
        }

        (_busy, _error) = (true, null);
        try
        {
            await action();
        }
        catch (RefusedException e)
        {
            _error = e.Message;
        }
        finally
        {
            _busy = false;
        }
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
