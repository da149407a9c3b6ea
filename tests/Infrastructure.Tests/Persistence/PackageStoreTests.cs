using ClusterPanel.Core;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public abstract class PackageStoreTests(IDatabases databases) : DatabaseTests(databases)
{
    [Fact]
    public async Task Find_Stored_ReadsWhatWasStored()
    {
        var package = Sample.Package();
        await Panel.Packages.AddAsync(package, TestPanel.Seeded, Stop);

        Assert.Equivalent(package, await Panel.Packages.FindAsync(package.Id, Stop), strict: true);
    }

    [Fact]
    public async Task List_Several_IsNewestVersionFirst()
    {
        OfflinePackage[] packages = [Sample.Package(9), Sample.Package(31), Sample.Package(31, Sample.Noon.AddDays(1)), Sample.Package(20)];
        foreach (var package in packages)
        {
            await Panel.Packages.AddAsync(package, TestPanel.Seeded, Stop);
        }

        Assert.Equal([packages[2].Id, packages[1].Id, packages[3].Id, packages[0].Id], (await Panel.Packages.ListAsync(Stop)).Select(p => p.Id));
    }

    [Fact]
    public async Task Add_SameContent_NamesTheOneThatIsThere()
    {
        var there = Sample.Package();
        await Panel.Packages.AddAsync(there, TestPanel.Seeded, Stop);
        var same = new OfflinePackage { FileName = "copy", Path = "/copy", Size = 1, Sha256 = there.Sha256, Manifest = there.Manifest };

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Packages.AddAsync(same, TestPanel.Seeded, Stop));

        Assert.Contains(there.Path, conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_ClusterIsBeingMadeFromIt_NamesTheCluster()
    {
        var (cluster, _) = await Panel.AddClusterAsync();

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Packages.DeleteAsync(cluster.Spec.PackageId, TestPanel.Seeded, Stop));

        Assert.Contains(cluster.Name, conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_ClusterIsMade_IsForgotten()
    {
        var (cluster, _) = await Panel.AddClusterAsync();
        await Panel.Deployments.SucceedAsync((await Panel.Deployments.ClaimAsync("me", Stop))!, cluster.Spec, null, Stop);

        await Panel.Packages.DeleteAsync(cluster.Spec.PackageId, TestPanel.Seeded, Stop);

        Assert.Empty(await Panel.Packages.ListAsync(Stop));
    }
}
