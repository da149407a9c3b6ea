using ClusterPanel.Core;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public abstract class HostStoreTests(IDatabases databases) : DatabaseTests(databases)
{
    [Fact]
    public async Task Find_EverythingSet_ReadsWhatWasStored()
    {
        var credential = await Panel.AddCredentialAsync();
        var host = Sample.Host(credential.Id);
        host.Port = 2222;
        host.User = "ops";
        host.SeenKey = new HostKey("ssh-ed25519", "SHA256:seen");
        host.TrustedKey = new HostKey("ssh-ed25519", "SHA256:trusted");
        host.Facts = Sample.Facts();
        host.FactsAt = Sample.Noon;
        host.LastError = "it broke";
        await Panel.Hosts.AddAsync([host], TestPanel.Seeded, Stop);

        var found = await Panel.Hosts.FindAsync(host.Id, Stop);

        Assert.Equivalent(host, found, strict: true);
        Assert.Equal(Sample.Noon, found!.FactsAt);
    }

    [Fact]
    public async Task List_Several_IsOrderedByNameIgnoringCase()
    {
        var credential = await Panel.AddCredentialAsync();
        await Panel.Hosts.AddAsync([Sample.Host(credential.Id, "beta"), Sample.Host(credential.Id, "Alpha"), Sample.Host(credential.Id, "Gamma")], TestPanel.Seeded, Stop);

        var hosts = await Panel.Hosts.ListAsync(Stop);

        Assert.Equal(["Alpha", "beta", "Gamma"], hosts.Select(h => h.Name));
    }

    [Fact]
    public async Task Add_TakenName_AddsNoneAndNamesIt()
    {
        var there = (await Panel.AddHostsAsync(1))[0];
        var good = Sample.Host(there.CredentialId);

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Hosts.AddAsync([good, Sample.Host(there.CredentialId, there.Name)], TestPanel.Seeded, Stop));

        Assert.Equal($"There is a host named {there.Name} already.", conflict.Message);
        Assert.Null(await Panel.Hosts.FindAsync(good.Id, Stop));
    }

    [Fact]
    public async Task Add_SameNameTwiceInOneCall_NamesIt()
    {
        var credential = await Panel.AddCredentialAsync();

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Hosts.AddAsync([Sample.Host(credential.Id, "twin"), Sample.Host(credential.Id, "twin")], TestPanel.Seeded, Stop));

        Assert.Contains("twin", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_TakenAddressAndPort_NamesItAndItsHost()
    {
        var there = (await Panel.AddHostsAsync(1))[0];
        var same = new Host { Name = "other", Address = there.Address, CredentialId = there.CredentialId };

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Hosts.AddAsync([same], TestPanel.Seeded, Stop));

        Assert.Equal($"The address {there.Address} belongs to host {there.Name} already.", conflict.Message);
    }

    [Fact]
    public async Task Add_SameAddressOtherPort_IsAnotherHost()
    {
        var there = (await Panel.AddHostsAsync(1))[0];

        await Panel.Hosts.AddAsync([new Host { Name = "other", Address = there.Address, Port = 2222, CredentialId = there.CredentialId }], TestPanel.Seeded, Stop);

        Assert.Equal(2, (await Panel.Hosts.ListAsync(Stop)).Count);
    }

    [Fact]
    public async Task Add_UnknownCredential_IsAConflict() =>
        await Assert.ThrowsAsync<ConflictException>(() => Panel.Hosts.AddAsync([Sample.Host(Guid.NewGuid())], TestPanel.Seeded, Stop));

    [Fact]
    public async Task Update_OlderVersion_IsRefusedAndChangesNothing()
    {
        var host = (await Panel.AddHostsAsync(1))[0];
        var mine = (await Panel.Hosts.FindAsync(host.Id, Stop))!;
        var theirs = (await Panel.Hosts.FindAsync(host.Id, Stop))!;
        theirs.LastError = "theirs";
        await Panel.Hosts.UpdateAsync(theirs, TestPanel.Seeded, Stop);

        mine.LastError = "mine";
        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Hosts.UpdateAsync(mine, TestPanel.Seeded, Stop));

        Assert.Contains(host.Name, conflict.Message, StringComparison.Ordinal);
        Assert.Equal(0, mine.Version);
        Assert.Equal("theirs", (await Panel.Hosts.FindAsync(host.Id, Stop))!.LastError);
    }

    [Fact]
    public async Task Update_Twice_RaisesTheVersionInTheObjectToo()
    {
        var host = (await Panel.AddHostsAsync(1))[0];

        await Panel.Hosts.UpdateAsync(host, TestPanel.Seeded, Stop);
        await Panel.Hosts.UpdateAsync(host, TestPanel.Seeded, Stop);

        Assert.Equal(2, host.Version);
        Assert.Equal(2, (await Panel.Hosts.FindAsync(host.Id, Stop))!.Version);
    }

    [Fact]
    public async Task Update_TakenName_NamesIt()
    {
        var hosts = await Panel.AddHostsAsync(2);
        hosts[0].Name = hosts[1].Name;

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Hosts.UpdateAsync(hosts[0], TestPanel.Seeded, Stop));

        Assert.Equal($"There is a host named {hosts[1].Name} already.", conflict.Message);
    }

    [Fact]
    public async Task Update_TextPostgresRefuses_StoresReplacementCharacters()
    {
        var host = (await Panel.AddHostsAsync(1))[0];
        host.LastError = "nul \0, half \ud83d";

        await Panel.Hosts.UpdateAsync(host, TestPanel.Seeded, Stop);

        Assert.Equal("nul \ufffd, half \ufffd", (await Panel.Hosts.FindAsync(host.Id, Stop))!.LastError);
    }

    [Fact]
    public async Task Delete_FreeHost_IsGone()
    {
        var host = (await Panel.AddHostsAsync(1))[0];

        await Panel.Hosts.DeleteAsync(host.Id, TestPanel.Seeded, Stop);

        Assert.Empty(await Panel.Hosts.ListAsync(Stop));
    }

    [Fact]
    public async Task Delete_NodeOfACluster_NamesTheCluster()
    {
        var (cluster, _) = await Panel.AddClusterAsync();

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Hosts.DeleteAsync(cluster.Spec.Members[0].HostId, TestPanel.Seeded, Stop));

        Assert.Contains(cluster.Name, conflict.Message, StringComparison.Ordinal);
    }
}
