using ClusterPanel.Core.Deployments;
using ClusterPanel.EndToEnd.Tests.Fixtures;
using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>The whole way with PostgreSQL as the panel's database.</summary>
public sealed class PostgresTests
{
    [Fact]
    public async Task Create_OnPostgres_ThreeMastersTwoWorkersAreVerified()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "needs PostgreSQL: apt-get install postgresql");
        await using var postgres = await PostgresServer.StartAsync(PostgresServer.Programs!);
        await using var scenario = await Scenario.BeginAsync(5, $"Host=127.0.0.1;Port={postgres.Port};Username=postgres;Database=postgres");
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        var request = await scenario.RequestAsync(hosts, 3, Scenario.StandIn!);
        var report = await scenario.Backend.Preflight.RunAsync(request, null, CancellationToken.None);

        var deployment = await scenario.StartAsync(request);
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, TimeSpan.FromMinutes(6));

        Assert.True(report.Passed, string.Join('\n', report.Rows.SelectMany(r => r.Results).Where(c => c.Fix is not null).Select(c => c.Fix)));
        var cluster = await scenario.Backend.Clusters.FindAsync(deployment.ClusterId, CancellationToken.None);
        var state = await scenario.Backend.Clusters.ReadStateAsync(cluster!, CancellationToken.None);
        Assert.Equal(5, state.Nodes.Count(n => n.Ready == true));
        Assert.True(cluster!.Spec.StandIn);
        var members = await scenario.Lab.RunAsync("h2", "ETCDCTL_API=3 etcdctl --endpoints https://127.0.0.1:2379 --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key member list");
        Assert.Equal(3, members.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        await scenario.LogAsync(deployment);
    }
}
