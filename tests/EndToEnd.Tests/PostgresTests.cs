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
        // Two panels and the crash matrix work on PostgreSQL every day.
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        Assert.SkipWhen(PostgresServer.Programs is null, "needs PostgreSQL: apt-get install postgresql");
        await using var postgres = await PostgresServer.StartAsync(PostgresServer.Programs!);
        await using var scenario = await Scenario.BeginAsync(5, postgres.ConnectionString);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        var request = await scenario.RequestAsync(hosts, 3, Scenario.StandIn!);
        var report = await scenario.Backend.Preflight.RunAsync(request, null, CancellationToken.None);

        var deployment = await scenario.StartAsync(request);
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, TimeSpan.FromMinutes(6));

        Assert.True(report.Passed, string.Join('\n', report.Rows.SelectMany(r => r.Results).Where(c => c.Fix is not null).Select(c => c.Fix)));
        var cluster = await scenario.Backend.Clusters.FindAsync(deployment.ClusterId, CancellationToken.None);
        var state = await scenario.Backend.Api.ReadAsync(cluster!, CancellationToken.None);
        Assert.Equal(5, state.Nodes.Count(n => n.Ready == true));
        Assert.True(cluster!.Spec.StandIn);
        var members = await scenario.Lab.RunAsync("h2", $"{LabHosts.Etcdctl} member list");
        Assert.Equal(3, members.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        await scenario.LogAsync(deployment);
    }
}
