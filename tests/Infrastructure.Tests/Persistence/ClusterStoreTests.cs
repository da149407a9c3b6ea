using ClusterPanel.Core;
using ClusterPanel.Core.Deployments;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public abstract class ClusterStoreTests(IDatabases databases) : DatabaseTests(databases)
{
    private static readonly byte[] Record = [.. "as it was"u8];

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
    public async Task DropHostRecord_OfACleanedHost_OnlyItsOwnIsForgotten()
    {
        var (cluster, _) = await Panel.AddClusterAsync();
        var host = cluster.Spec.Members[0].HostId;
        await Panel.Clusters.SaveHostRecordAsync(cluster.Id, host, Record, Stop);

        await Panel.Clusters.DropHostRecordAsync(cluster.Id, Guid.NewGuid(), Stop);
        Assert.NotNull(await Panel.Clusters.OpenHostRecordAsync(cluster.Id, host, Stop));
        await Panel.Clusters.DropHostRecordAsync(cluster.Id, host, Stop);

        Assert.Null(await Panel.Clusters.OpenHostRecordAsync(cluster.Id, host, Stop));
    }

    [Fact]
    public async Task HostRecord_OfAMember_IsKeptEncryptedUntilItLeaves()
    {
        var (cluster, _) = await Panel.AddClusterAsync();
        var host = cluster.Spec.Members[0].HostId;
        Assert.Null(await Panel.Clusters.OpenHostRecordAsync(cluster.Id, host, Stop));

        await Panel.Clusters.SaveHostRecordAsync(cluster.Id, host, Record, Stop);

        Assert.Equal(Record, (await Panel.Clusters.OpenHostRecordAsync(cluster.Id, host, Stop))!);
        await using (var db = Panel.OpenDatabase())
        {
            Assert.DoesNotContain("as it was", System.Text.Encoding.Latin1.GetString((await db.ClusterHosts.SingleAsync(Stop)).Record!), StringComparison.Ordinal);
        }

        await Panel.Deployments.SucceedAsync((await Panel.Deployments.ClaimAsync("me", Stop))!, cluster.Spec with { Members = [] }, null, Stop);
        Assert.Null(await Panel.Clusters.OpenHostRecordAsync(cluster.Id, host, Stop));
    }

    [Fact]
    public async Task Delete_DeploymentNotFinished_IsRefused()
    {
        var (cluster, _) = await Panel.AddClusterAsync();

        await Assert.ThrowsAsync<ConflictException>(() => Panel.Clusters.DeleteAsync(cluster.Id, TestPanel.Seeded, Stop));

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

        await Panel.Clusters.DeleteAsync(cluster.Id, TestPanel.Seeded, Stop);

        foreach (var table in new[] { "Clusters", "ClusterHosts", "ClusterLeases", "ClusterSecrets", "Deployments", "Plans", "Attempts", "LogLines", "StreamOffsets" })
        {
            var sql = System.Runtime.CompilerServices.FormattableStringFactory.Create($"SELECT COUNT(*) AS \"Value\" FROM \"{table}\"");
            Assert.Equal((table, 0L), (table, await Panel.CountAsync(sql)));
        }

        await Panel.Hosts.DeleteAsync(cluster.Spec.Members[0].HostId, TestPanel.Seeded, Stop);
        await Panel.Packages.DeleteAsync(cluster.Spec.PackageId, TestPanel.Seeded, Stop);
    }
}
