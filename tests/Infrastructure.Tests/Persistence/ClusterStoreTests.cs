using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public abstract class ClusterStoreTests(IDatabases databases) : DatabaseTests(databases)
{
    [Fact]
    public async Task Find_Stored_ReadsWhatWasStored()
    {
        var (cluster, _) = await Panel.AddClusterAsync();

        Assert.Equivalent(cluster, await Panel.Clusters.FindAsync(cluster.Id, Stop), strict: true);
    }

    [Fact]
    public async Task OpenKubeconfig_BeforeInit_IsNull()
    {
        var (cluster, _) = await Panel.AddClusterAsync();

        Assert.Null(await Panel.Clusters.OpenKubeconfigAsync(cluster.Id, Stop));
    }

    [Fact]
    public async Task OpenKubeconfig_SavedTwice_IsTheLast()
    {
        var (cluster, _) = await Panel.AddClusterAsync();

        await Panel.Clusters.SaveKubeconfigAsync(cluster.Id, "first", Stop);
        await Panel.Clusters.SaveKubeconfigAsync(cluster.Id, "second", Stop);

        Assert.Equal("second", await Panel.Clusters.OpenKubeconfigAsync(cluster.Id, Stop));
    }

    [Fact]
    public async Task SetReady_Creating_IsReadyWithTimeAndVersion()
    {
        var (cluster, _) = await Panel.AddClusterAsync();

        await Panel.Clusters.SetReadyAsync(cluster.Id, Stop);

        var found = (await Panel.Clusters.FindAsync(cluster.Id, Stop))!;
        Assert.Equal(ClusterStatus.Ready, found.Status);
        Assert.NotNull(found.ReadyAt);
        Assert.Equal(1, found.Version);
    }

    [Fact]
    public async Task Delete_DeploymentNotFinished_IsRefused()
    {
        var (cluster, _) = await Panel.AddClusterAsync();

        await Assert.ThrowsAsync<ConflictException>(() => Panel.Clusters.DeleteAsync(cluster.Id, Stop));

        Assert.NotNull(await Panel.Clusters.FindAsync(cluster.Id, Stop));
    }

    [Fact]
    public async Task Delete_Finished_LeavesNothingAndFreesItsHosts()
    {
        var (cluster, deployment) = await Panel.AddClusterAsync();
        var lease = (await Panel.Deployments.ClaimAsync("me", Stop))!;
        await Panel.Deployments.AddAttemptAsync(lease, Sample.Attempt(deployment.Id), Stop);
        await Panel.Deployments.AppendLogAsync(lease, 1, [Sample.Line("line")], [new StreamOffsets("unit", 1, 2)], Stop);
        await Panel.Clusters.SaveKubeconfigAsync(cluster.Id, "secret", Stop);
        await Panel.Deployments.FinishAsync(lease, DeploymentStatus.Failed, "it broke", Stop);

        await Panel.Clusters.DeleteAsync(cluster.Id, Stop);

        foreach (var table in new[] { "Clusters", "ClusterHosts", "ClusterLeases", "ClusterSecrets", "Deployments", "Plans", "Attempts", "LogLines", "StreamOffsets" })
        {
            var sql = System.Runtime.CompilerServices.FormattableStringFactory.Create($"SELECT COUNT(*) AS \"Value\" FROM \"{table}\"");
            Assert.Equal((table, 0L), (table, await Panel.CountAsync(sql)));
        }

        await Panel.Hosts.DeleteAsync(cluster.Spec.Members[0].HostId, Stop);
        await Panel.Packages.DeleteAsync(cluster.Spec.PackageId, Stop);
    }
}
