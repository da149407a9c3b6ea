using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Pki;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Pages.Home;

public sealed partial class HomePage
{
    private IReadOnlyList<ChecklistStep> _steps = [];
    private IReadOnlyList<Deployment> _running = [];
    private IReadOnlyList<Deployment> _past = [];
    private IReadOnlyList<Cluster> _clusters = [];
    private Dictionary<Guid, Deployment> _newest = [];
    private IReadOnlyList<(Cluster Cluster, IReadOnlyList<string> What)> _concerns = [];
    private Dictionary<Guid, DateTimeOffset> _ends = [];
    private bool _loaded;

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Inject]
    public required DeploymentService Deployments { get; init; }

    [Inject]
    public required CredentialService Credentials { get; init; }

    [Inject]
    public required HostService Hosts { get; init; }

    [Inject]
    public required PackageService Packages { get; init; }

    [Inject]
    public required CertificateLimits Limits { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _clusters = await Clusters.ListAsync(CancellationToken.None);
        var deployments = await Deployments.ListAsync(null, 200, CancellationToken.None);
        _running = [.. deployments.Where(d => !d.IsFinished)];
        _concerns = await ConcernsAsync();
        _past = [.. deployments.Where(d => d.IsFinished).Take(8)];
        _newest = deployments.GroupBy(d => d.ClusterId).ToDictionary(g => g.Key, g => g.First());
        if (!_loaded || !_steps.All(s => s.Done))
        {
            await LoadStepsAsync();
        }

        _loaded = true;
    }

    private async Task<IReadOnlyList<(Cluster, IReadOnlyList<string>)>> ConcernsAsync()
    {
        var concerns = new List<(Cluster, IReadOnlyList<string>)>();
        foreach (var cluster in _clusters.Where(c => c.Status == ClusterStatus.Ready || (c.Status == ClusterStatus.Removed && c.Spec.NotCleaned.Count > 0)))
        {
            var view = await Clusters.ViewAsync(cluster.Id, false, CancellationToken.None);
            if (view.Certificates?.Nearest is { } nearest)
            {
                _ends[cluster.Id] = nearest.Ends;
            }

            // While it is changed, what differs is the change itself.
            if (_running.All(d => d.ClusterId != cluster.Id) && view.Concerns(cluster.Spec, Time.GetUtcNow(), Limits) is { Count: > 0 } what)
            {
                concerns.Add((cluster, what));
            }
        }

        return concerns;
    }

    private async Task LoadStepsAsync()
    {
        var credentials = await Credentials.ListAsync(CancellationToken.None);
        var hosts = await Hosts.ListAsync(CancellationToken.None);
        var usable = hosts.Count(h => h.Condition() == HostCondition.Usable);
        var packages = await Packages.ListAsync(CancellationToken.None);
        _steps =
        [
            new("Add a credential", "How the panel logs in: a password or a private key.", "/credentials", credentials.Count > 0, $"{credentials.Count} stored"),
            new("Add hosts", "Paste your machines and approve their host keys.", "/hosts", usable > 0, $"{usable} of {hosts.Count} usable"),
            new("Register a package", "Kubernetes for machines without internet, in one archive.", "/packages", packages.Count > 0, $"{packages.Count} registered"),
            new("Create a cluster", "Choose masters and workers, read the plan, press Create.", "/clusters/new", _clusters.Count > 0, $"{_clusters.Count} there"),
        ];
    }

    private bool IsStandIn(Guid clusterId) => _clusters.FirstOrDefault(c => c.Id == clusterId)?.Spec.StandIn == true;
}
