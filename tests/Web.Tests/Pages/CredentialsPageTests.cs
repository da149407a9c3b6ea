using Bunit;
using ClusterPanel.Web.Components.Pages.Credentials;

namespace ClusterPanel.Web.Tests.Pages;

public sealed class CredentialsPageTests : WebTestContext
{
    [Fact]
    public async Task Add_WrongKey_IsNamedAtTheFieldAndNotStored()
    {
        var dialogs = RenderDialogs();
        Button(Render<CredentialsPage>(), "Add the first credential").Click();
        Field(dialogs, "Name").Change("root key");
        Field(dialogs, "Private key").Change("nonsense");

        Button(dialogs, "Add credential").Click();

        Assert.Equal("This is not a private key.", dialogs.Find(".field-error").TextContent);
        Assert.Empty(await Credentials.ListAsync(Token));
    }

    [Fact]
    public async Task Add_Password_StoresItAndShowsOnlyThatItIsSet()
    {
        var dialogs = RenderDialogs();
        var page = Render<CredentialsPage>();
        Button(page, "Add the first credential").Click();
        Field(dialogs, "Name").Change("admin");
        Field(dialogs, "Proof").Change("Password");
        Field(dialogs, "Password").Change("hunter2hunter2");

        Button(dialogs, "Add credential").Click();

        page.WaitForAssertion(() => Assert.Contains("Password: set", page.Markup, StringComparison.Ordinal));
        var stored = Assert.Single(await Credentials.ListAsync(Token));
        Assert.Equal("hunter2hunter2", (await Credentials.OpenAsync(stored.Id, Token)).Secrets.Password);
        Assert.DoesNotContain("hunter2", page.Markup + dialogs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_ProofSwitchedBackAndForth_ForgetsWhatIsNotShownAnyMore()
    {
        var dialogs = RenderDialogs();
        var page = Render<CredentialsPage>();
        Button(page, "Add the first credential").Click();
        Field(dialogs, "Name").Change("admin");
        Field(dialogs, "Proof").Change("Password");
        Field(dialogs, "Password").Change("hunter2hunter2");
        Field(dialogs, "Proof").Change("PrivateKey");
        Field(dialogs, "Proof").Change("Password");

        Button(dialogs, "Add credential").Click();

        page.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll(".field-error")));
        Assert.Empty(await Credentials.ListAsync(Token));
    }

    [Fact]
    public async Task Edit_SecretsNotReplaced_KeepsThem()
    {
        var credential = await AddCredentialAsync();
        var dialogs = RenderDialogs();
        var page = Render<CredentialsPage>();
        page.Find("button[aria-label='Edit root key']").Click();
        Assert.Empty(dialogs.FindAll("textarea"));

        Field(dialogs, "Name").Change("renamed");
        Button(dialogs, "Save").Click();

        page.WaitForAssertion(() => Assert.Contains("renamed", page.Markup, StringComparison.Ordinal));
        Assert.Equal("secret", (await Credentials.OpenAsync(credential.Id, Token)).Secrets.PrivateKey);
    }
}
