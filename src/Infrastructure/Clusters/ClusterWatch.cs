using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Pki;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Clusters;

/// <summary>
/// Keeps <see cref="ClusterViews"/> fresh: nodes through the API, everything else over SSH. A Node that appears under the name of
/// a host that left without being cleaned is cordoned at once; the list of a worker that was away when the masters changed is set.
/// </summary>
public sealed class ClusterWatch(IServiceScopeFactory scopes, IClusterApi api, ClusterViews views, TimeProvider time, ILogger<ClusterWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Nodes = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Hosts = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Certificates = TimeSpan.FromDays(1);

    // A kubelet that starts again registers its Node within a second or two, tainted until its network is ready.
    private static readonly TimeSpan NodesWhileOneMayComeBack = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Guid, Watched> _watched = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.WatchFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var clusters = (await scope.ServiceProvider.GetRequiredService<IClusterStore>().ListAsync(stop)).Where(IsWatched).ToList();
        views.Keep([.. clusters.Select(c => c.Id)]);
        foreach (var gone in _watched.Keys.Except(clusters.Select(c => c.Id)).ToList())
        {
            _watched.Remove(gone);
        }

        foreach (var cluster in clusters)
        {
            if (!_watched.TryGetValue(cluster.Id, out var watched))
            {
                _watched[cluster.Id] = watched = new Watched();
            }

            // Another list of members makes the last look one of another cluster.
            var changed = watched.Seen != cluster.Spec.Members.Count;
            var now = views.TakeAsked(cluster.Id) || changed;
            watched.Seen = cluster.Spec.Members.Count;
            if (cluster.Status == ClusterStatus.Ready)
            {
                watched.Nodes.Begin(now, cluster.Spec.NotCleaned.Count > 0 ? NodesWhileOneMayComeBack : Nodes, time, () => ReadNodesAsync(cluster, stop));
            }

            if (cluster.Status == ClusterStatus.Ready)
            {
                watched.Certificates.Begin(changed, Certificates, time, () => ReadCertificatesAsync(cluster, stop));
            }

            watched.Hosts.Begin(now, Hosts, time, () => ReadHostsAsync(cluster, watched.Returned, stop));
        }
    }

    private async Task ReadNodesAsync(Cluster cluster, CancellationToken stop)
    {
        try
        {
            var state = await api.ReadAsync(cluster, stop);
            foreach (var back in state.Nodes.Where(n => n.Schedulable && IsLeft(cluster.Spec, n)).ToList())
            {
                await api.SetSchedulableAsync(cluster, back.Name, false, stop);
                Log.Cordoned(logger, cluster.Name, back.Name);
                state = state with { Nodes = [.. state.Nodes.Select(n => n == back ? n with { Schedulable = false } : n)] };
            }

            views.Set(cluster.Id, v => v with { State = state, Error = null });
        }
        catch (HostException e)
        {
            views.Set(cluster.Id, v => v with { Error = e.Message });
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.WatchFailed(logger, e);
        }
    }

    private async Task ReadHostsAsync(Cluster cluster, ReturnedWorkers returned, CancellationToken stop)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var health = await scope.ServiceProvider.GetRequiredService<ClusterHealthService>().ReadAsync(cluster, views.Of(cluster.Id).Health, stop);
            views.Set(cluster.Id, v => v with { Health = health });
            if (await returned.LookAsync(cluster, health, scope.ServiceProvider.GetRequiredService<IDeploymentStore>(), time, stop) is { } deployment)
            {
                Log.ListsSet(logger, cluster.Name, deployment.Id);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.WatchFailed(logger, e);
        }
    }

    private async Task ReadCertificatesAsync(Cluster cluster, CancellationToken stop)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<CertificateReader>().ReadAsync(cluster, stop);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.WatchFailed(logger, e);
        }
    }

    // Of a cluster that was reset only the hosts are looked for that were away then.
    private static bool IsWatched(Cluster cluster) => cluster.Status == ClusterStatus.Ready || (cluster.Status == ClusterStatus.Removed && cluster.Spec.NotCleaned.Count > 0);

    private static bool IsLeft(ClusterSpec spec, NodeState node) =>
        spec.NotCleaned.Any(m => m.NodeName == node.Name) && spec.Members.All(m => m.NodeName != node.Name);

    private sealed class Watched
    {
        public int Seen { get; set; }

        public ReturnedWorkers Returned { get; } = new();

        public Turn Nodes { get; } = new();

        public Turn Hosts { get; } = new();

        public Turn Certificates { get; } = new();
    }

    /// <summary>A look that is taken every so often, never twice at once.</summary>
    private sealed class Turn
    {
        private Task _last = Task.CompletedTask;
        private DateTimeOffset _due = DateTimeOffset.MinValue;
        private bool _again;

        public void Begin(bool now, TimeSpan every, TimeProvider time, Func<Task> look)
        {
            _again |= now;
            if (!_last.IsCompleted || (!_again && time.GetUtcNow() < _due))
            {
                return;
            }

            (_again, _due) = (false, time.GetUtcNow() + every);
            _last = look();
        }
    }
}
