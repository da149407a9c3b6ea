using Bunit;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Pages.Hosts;
using ClusterPanel.Web.Tests.Fakes;
using MudBlazor;

namespace ClusterPanel.Web.Tests.Pages;

public sealed class HostsPageTests : WebTestContext
{
    [Fact]
    public void Page_NoCredential_LeadsToCredentials()
    {
        var page = Render<HostsPage>();

        Assert.Equal("/credentials", page.Find(".empty a").GetAttribute("href"));
    }

    [Fact]
    public async Task AddHosts_WrongLine_IsNamedAtTheField()
    {
        await AddCredentialAsync();
        var (_, dialogs) = OpenAdd();

        Field(dialogs, "Host list").Change("master1 10.0.0.11\nmaster2");
        Button(dialogs, "Add and read keys").Click();

        Assert.Contains("Line 2:", dialogs.Find(".field-error").TextContent, StringComparison.Ordinal);
        Assert.Empty(await Hosts.ListAsync(Token));
    }

    [Fact]
    public async Task AddHosts_NameTaken_IsAnAlert()
    {
        await AddUsableHostsAsync();
        var (_, dialogs) = OpenAdd("Add hosts");

        Field(dialogs, "Host list").Change("master1 10.0.0.99");
        Button(dialogs, "Add and read keys").Click();

        Assert.Contains("There is a host named master1 already", dialogs.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddHosts_Pasted_ShowsFingerprintsAndSendsNothingBeforeApproval()
    {
        var dialogs = await PasteAsync();

        Assert.Equal(
            [FakeSessions.KeyOf("10.0.0.11").Fingerprint, FakeSessions.KeyOf("10.0.0.12").Fingerprint],
            dialogs.FindAll("td.fingerprint").Select(t => t.TextContent));
        Assert.Empty(Sessions.Opened);
        Assert.All(await Hosts.ListAsync(Token), h => Assert.Null(h.TrustedKey));
    }

    [Fact]
    public async Task ApproveAll_Clicked_PinsKeysAndReadsFacts()
    {
        var dialogs = await PasteAsync();

        Button(dialogs, "Approve all 2").Click();

        await UntilAsync(() => Assert.Contains("2 of 2 done", dialogs.Markup, StringComparison.Ordinal));
        Assert.All(await Hosts.ListAsync(Token), h => Assert.Equal((FakeSessions.KeyOf(h.Address), h.Name), (h.TrustedKey, h.Facts?.HostName)));
    }

    [Fact]
    public async Task ApproveOne_Clicked_LeavesTheOther()
    {
        var dialogs = await PasteAsync();

        dialogs.Find("button[aria-label='Approve master2']").Click();

        await UntilAsync(() => Assert.Contains("1 of 2 done", dialogs.Markup, StringComparison.Ordinal));
        Assert.Equal(["master2"], (await Hosts.ListAsync(Token)).Where(h => h.TrustedKey is not null).Select(h => h.Name));
    }

    [Fact]
    public async Task ApproveKeys_HostSilent_SaysWhyAndOffersToReadAgain()
    {
        Sessions.Silent["10.0.0.12"] = true;

        var dialogs = await PasteAsync();

        Assert.Contains("Nothing answers at 10.0.0.12", dialogs.Markup, StringComparison.Ordinal);
        Assert.NotNull(dialogs.Find("button[aria-label='Read the key of master2 again']"));
        Assert.NotNull(Button(dialogs, "Approve all 1"));
    }

    [Fact]
    public async Task ChangedKey_Page_ShowsBothFingerprintsAndWantsAComparison()
    {
        var host = await AddChangedAsync();
        var dialogs = RenderDialogs();
        var page = Render<HostsPage>();
        var alert = page.Find("[role=alert]").TextContent;
        Assert.Contains(host.TrustedKey!.Fingerprint, alert, StringComparison.Ordinal);
        Assert.Contains(host.SeenKey!.Fingerprint, alert, StringComparison.Ordinal);

        Button(page, "Review the new key").Click();

        Assert.True(Button(dialogs, "Approve the new key").HasAttribute("disabled"));
        dialogs.Find("input[type=checkbox]").Change(true);
        Button(dialogs, "Approve the new key").Click();
        await UntilAsync(() => Assert.Empty(page.FindAll("[role=alert]")));
        Assert.Equal(host.SeenKey, (await Hosts.FindAsync(host.Id, Token))!.TrustedKey);
    }

    private async Task<Host> AddChangedAsync()
    {
        var credential = await AddCredentialAsync();
        var host = Samples.Usable("spare", "10.0.0.31", credential.Id);
        host.SeenKey = FakeSessions.KeyOf("elsewhere");
        await Hosts.AddAsync([host], Samples.Seeded, Token);
        return host;
    }

    private (IRenderedComponent<HostsPage> Page, IRenderedComponent<MudDialogProvider> Dialogs) OpenAdd(string button = "Add the first hosts")
    {
        var dialogs = RenderDialogs();
        var page = Render<HostsPage>();
        Button(page, button).Click();
        return (page, dialogs);
    }

    private async Task<IRenderedComponent<MudDialogProvider>> PasteAsync()
    {
        await AddCredentialAsync();
        var (_, dialogs) = OpenAdd();
        Field(dialogs, "Host list").Change("master1 10.0.0.11\nmaster2 10.0.0.12:22 admin");
        Button(dialogs, "Add and read keys").Click();
        await UntilAsync(() => Assert.Equal(2, dialogs.FindAll("td.fingerprint").Count));
        await UntilAsync(() => Assert.DoesNotContain("Reading key", dialogs.Markup, StringComparison.Ordinal));
        return dialogs;
    }
}
