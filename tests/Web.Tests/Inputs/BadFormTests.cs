using System.Net;
using System.Net.Http.Headers;
using ClusterPanel.Web.Tests.Hosting;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>The forms that browsers post: signing in, changing one's password, signing out.</summary>
public sealed class BadFormTests(SeededPanel panel) : IClassFixture<SeededPanel>
{
    private const string WrongLogin = "The user name or the password is wrong.";
    private static readonly (string Name, string Value)[] RightLogin = [("Input.UserName", "nobody"), ("Input.Password", "correct horse battery")];
    private static readonly (string Name, string Value)[] RightPassword =
        [("Input.Current", PanelHost.Password), ("Input.Password", "another horse battery"), ("Input.Repeat", "another horse battery")];

    private static readonly Dictionary<string, BadForm> Table = new IEnumerable<BadForm>[]
    {
        BadForm.In("user name", "/login", RightLogin, "Input.UserName", WrongLogin, Nasty.Hidden),
        BadForm.In("user name", "/login", RightLogin, "Input.UserName", WrongLogin, Nasty.Meta),
        BadForm.In("user name", "/login", RightLogin, "Input.UserName", WrongLogin, [("nothing", ""), ("blanks", "  "), ("65 letters", Nasty.Long(65)), ("a million letters", Nasty.Long(1_000_000))]),
        BadForm.In("password", "/login", [("Input.UserName", PanelHost.User), RightLogin[1]], "Input.Password", WrongLogin, [("nothing", "")]),
        BadForm.In("password", "/login", RightLogin, "Input.Password", WrongLogin, [("a NUL", "\0"), ("a million letters", Nasty.Long(1_000_000)), ("HTML", "<script>alert(1)</script>")]),
        [new("login: nothing typed", "/login", [], WrongLogin)],
        [new("login: a field that is not there", "/login", [("Input.IsAdmin", "true")], WrongLogin)],
        BadForm.In("current password", "/account/password", RightPassword, "Input.Current", "This is not your current password.", [("nothing", ""), ("another one", "wrong horse battery"), ("a NUL", PanelHost.Password + "\0"), ("a million letters", Nasty.Long(1_000_000))]),
        BadForm.In("repeated password", "/account/password", RightPassword, "Input.Repeat", "The two new passwords differ or are empty.", [("nothing", ""), ("another one", "another horse batterY"), ("with a blank behind", "another horse battery ")]),
        NewPasswords(),
        [new("change password: nothing typed", "/account/password", [], "The two new passwords differ or are empty.")],
    }.SelectMany(r => r).ToDictionary(r => r.Name, StringComparer.Ordinal);

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Form_FilledInWrongly_SaysSoAndNothingComesOfIt(string name)
    {
        var row = Table[name];
        using var browser = await BrowserAsync(row.Path != "/login");
        var page = await FormPage.OpenAsync(browser, row.Path);
        var before = await panel.StateAsync(Stop);

        using var response = await page.SendAsync(browser, [.. row.Fields]);

        var html = await FormChecks.RefusedAsync(response, 400);
        Assert.Contains(row.Says, WebUtility.HtmlDecode(html), StringComparison.Ordinal);

        // A wrong password of somebody who is signed in is counted, as at the sign-in, and is in the audit log.
        string[] counted = name.StartsWith("current password", StringComparison.Ordinal) ? ["AspNetUsers", "AuditLog", "sqlite_sequence"] : [];
        Assert.Equal(before.Where(t => !counted.Contains(t.Key)), (await panel.StateAsync(Stop)).Where(t => !counted.Contains(t.Key)));
        Assert.Equal(row.Path == "/login" ? HttpStatusCode.Redirect : HttpStatusCode.OK, (await browser.GetAsync("/account/password", Stop)).StatusCode);
    }

    [Fact]
    public async Task Login_FilledInRightly_SignsIn()
    {
        using var browser = await BrowserAsync(false);

        using var response = await (await FormPage.OpenAsync(browser, "/login")).SendAsync(browser, ("Input.UserName", PanelHost.User), ("Input.Password", PanelHost.Password));

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }

    [Theory]
    [InlineData("/%C3%A4?q=%E2%82%AC")]
    [InlineData("/%2F%2Fevil.example")]
    [InlineData("/%0d%0aX-Evil:%201")]
    [InlineData("/%00")]
    [InlineData("/a%E2%80%AEb")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/%ff%fe")]
    [InlineData("/%25zz")]
    public async Task Login_StrangeReturnUrl_StaysHere(string url)
    {
        using var browser = await BrowserAsync(false);

        using var response = await (await FormPage.OpenAsync(browser, $"/login?returnUrl={url}")).SendAsync(browser, ("Input.UserName", PanelHost.User), ("Input.Password", PanelHost.Password));

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(panel.Root.Authority, new Uri(panel.Root, response.Headers.Location!).Authority);
    }

    // Token: what the form carries instead of its own.
    [Theory]
    [InlineData("/login", null)]
    [InlineData("/login", "")]
    [InlineData("/login", "nonsense")]
    [InlineData("/login", "<script>alert(1)</script>")]
    [InlineData("/login", "another browser's")]
    [InlineData("/login", "of before the sign-out")]
    [InlineData("/account/password", null)]
    [InlineData("/account/password", "")]
    [InlineData("/account/password", "nonsense")]
    [InlineData("/account/password", "another browser's")]
    [InlineData("/account/password", "another user's")]
    [InlineData("/account/password", "of before the sign-in")]
    [InlineData("/logout", null)]
    [InlineData("/logout", "nonsense")]
    [InlineData("/logout", "another browser's")]
    [InlineData("/logout", "another user's")]
    public async Task Form_WithoutItsToken_IsRefused(string path, string? token)
    {
        var signedIn = path != "/login";
        using var browser = await BrowserAsync(signedIn && token is not ("of before the sign-in" or "another user's"));
        token = await TokenAsync(browser, token);
        var before = await panel.StateAsync(Stop);
        var fields = (path switch { "/login" => RightLogin, "/logout" => [], _ => RightPassword }).Select(f => KeyValuePair.Create(f.Name, f.Value))
            .Append(new(FormPage.HandlerField, path switch { "/login" => "login", "/logout" => "logout", _ => "password" }));

        using var response = await browser.PostAsync(path, new FormUrlEncodedContent(token is null ? fields : fields.Append(new(FormPage.TokenField, token))), Stop);

        Assert.Contains(BadForm.NotTaken, await FormChecks.RefusedAsync(response, 400), StringComparison.Ordinal);
        Assert.Equal(before, await panel.StateAsync(Stop));
        Assert.Equal(signedIn ? HttpStatusCode.OK : HttpStatusCode.Redirect, (await browser.GetAsync("/account/password", Stop)).StatusCode);
    }

    [Fact]
    public async Task ChangePassword_SentAgainAfterTheSignOut_LeadsToLoginAndChangesNothing()
    {
        using var browser = await BrowserAsync(true);
        var page = await FormPage.OpenAsync(browser, "/account/password");
        await (await FormPage.OpenAsync(browser, "/logout")).SendAsync(browser);
        var before = await panel.StateAsync(Stop);

        using var response = await page.SendAsync(browser, RightPassword);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.StartsWith("/login", new Uri(panel.Root, response.Headers.Location!).AbsolutePath, StringComparison.Ordinal);
        Assert.Equal(before, await panel.StateAsync(Stop));
    }

    public static TheoryData<string, string, byte[]> Posts => new()
    {
        { "no form named", "application/x-www-form-urlencoded", "Input.UserName=a"u8.ToArray() },
        { "a form that is not there", "application/x-www-form-urlencoded", "_handler=%3Cscript%3Ealert(1)%3C%2Fscript%3E"u8.ToArray() },
        { "a form of another page", "application/x-www-form-urlencoded", "_handler=setup"u8.ToArray() },
        { "a form named twice", "application/x-www-form-urlencoded", "_handler=login&_handler=login"u8.ToArray() },
        { "nothing", "application/x-www-form-urlencoded", [] },
        { "escapes that are none", "application/x-www-form-urlencoded", "_handler=%zz&Input.UserName=%"u8.ToArray() },
        { "no UTF-8", "application/x-www-form-urlencoded", [0xff, 0xfe, 0x3d, 0xc3, 0x28] },
        { "2000 fields", "application/x-www-form-urlencoded", System.Text.Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Range(0, 2000).Select(i => $"f{i}=1"))) },
        { "a name of 3000 letters", "application/x-www-form-urlencoded", System.Text.Encoding.ASCII.GetBytes(Nasty.Long(3000) + "=1") },
        { "a field of 5 MB", "application/x-www-form-urlencoded", System.Text.Encoding.ASCII.GetBytes("_handler=login&Input.UserName=" + Nasty.Long(5_000_000)) },
        { "JSON", "application/json", """{"_handler":"login"}"""u8.ToArray() },
        { "plain text", "text/plain", "_handler=login"u8.ToArray() },
        { "parts without an end", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"_handler\"\r\n\r\nlogin"u8.ToArray() },
        { "parts without a boundary", "multipart/form-data", "--x"u8.ToArray() },
        { "a boundary of 1000 letters", "multipart/form-data; boundary=" + Nasty.Long(1000), "--x"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task Post_NoFormOfThePage_IsRefused(string what, string type, byte[] body)
    {
        foreach (var path in new[] { "/login", "/hosts" })
        {
            using var browser = await BrowserAsync(path == "/hosts");
            var before = await panel.StateAsync(Stop);
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

            using var response = await browser.PostAsync(path, content, Stop);

            Assert.True((int)response.StatusCode is >= 400 and < 500, $"{what}: {response.StatusCode}");
            await FormChecks.RefusedAsync(response, (int)response.StatusCode);
            Assert.Equal(before, await panel.StateAsync(Stop));
        }
    }

    [Theory]
    [InlineData("/audit.csv?q=%00")]
    [InlineData("/audit.csv?q=a%0ab")]
    [InlineData("/deployments/{failed}/log.txt?q=%00")]
    [InlineData("/deployments/{failed}/log.txt?host=%E2%80%AE")]
    [InlineData("/deployments/{failed}/log.txt?stage=a%0d%0ab")]
    [InlineData("/clusters/{prod}/kubeconfig?server=%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("/clusters/{prod}/kubeconfig")]
    public async Task Download_BadQuery_IsRefused(string path)
    {
        using var browser = await BrowserAsync(true);
        var before = await panel.StateAsync(Stop);

        using var response = await browser.GetAsync(panel.Fill(path), Stop);

        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.Equal((HttpStatusCode.BadRequest, "text/plain"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.EndsWith(".", text, StringComparison.Ordinal);
        Assert.Null(response.Content.Headers.ContentDisposition);
        Assert.Equal(before, await panel.StateAsync(Stop));
    }

    [Theory]
    [InlineData("/audit?q=%00")]
    [InlineData("/audit?q=%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("/hosts?q=%00%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("/deployments/{failed}?q=%00&host=%3Cscript%3Ealert(1)%3C/script%3E&stage=%E2%80%AE")]
    [InlineData("/login?returnUrl=%3Cscript%3Ealert(1)%3C/script%3E%00")]
    public async Task Page_NonsenseInItsAddress_IsShownAllTheSame(string path)
    {
        using var browser = await BrowserAsync(!path.StartsWith("/login", StringComparison.Ordinal));

        using var response = await browser.GetAsync(panel.Fill(path), Stop);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("<script>alert", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private static IEnumerable<BadForm> NewPasswords()
    {
        foreach (var (what, text, says) in new[]
        {
            ("11 letters", "eleven char", "Passwords must be at least 12 characters."), ("257 letters", Nasty.Long(257), "A password has at most 256 characters"), ("a line break", "correct horse\nbattery", "A password has at most 256 characters"),
            ("a NUL", "correct horse\0battery", "A password has at most 256 characters"), ("a million letters", Nasty.Long(1_000_000), "A password has at most 256 characters"),
        })
        {
            yield return new BadForm($"new password: {what}", "/account/password", [RightPassword[0], ("Input.Password", text), ("Input.Repeat", text)], BadForm.SaysOf(text, says));
        }
    }

    private async Task<HttpClient> BrowserAsync(bool signedIn, string user = PanelHost.User, string password = PanelHost.Password)
    {
        var browser = panel.NewBrowser();
        var page = await FormPage.OpenAsync(browser, "/login");
        if (signedIn)
        {
            using var response = await page.SendAsync(browser, ("Input.UserName", user), ("Input.Password", password));
            Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        }

        return browser;
    }

    // A name that says whose token it is, as that token.
    private async Task<string?> TokenAsync(HttpClient browser, string? token)
    {
        switch (token)
        {
            case "another browser's":
                using (var other = panel.NewBrowser())
                {
                    return (await FormPage.OpenAsync(other, "/login")).Token;
                }

            case "another user's":
                await SignInAsync(browser, "eve", PanelSeed.EvesPassword);
                var hers = (await FormPage.OpenAsync(browser, "/account/password")).Token;
                await (await FormPage.OpenAsync(browser, "/logout")).SendAsync(browser);
                await SignInAsync(browser, PanelHost.User, PanelHost.Password);
                return hers;
            case "of before the sign-in":
                var anonymous = (await FormPage.OpenAsync(browser, "/login")).Token;
                await SignInAsync(browser, PanelHost.User, PanelHost.Password);
                return anonymous;
            case "of before the sign-out":
                await SignInAsync(browser, PanelHost.User, PanelHost.Password);
                var old = (await FormPage.OpenAsync(browser, "/account/password")).Token;
                await (await FormPage.OpenAsync(browser, "/logout")).SendAsync(browser);
                return old;
            default:
                return token;
        }
    }

    private static async Task SignInAsync(HttpClient browser, string user, string password)
    {
        using var response = await (await FormPage.OpenAsync(browser, "/login")).SendAsync(browser, ("Input.UserName", user), ("Input.Password", password));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }
}
