using System.Net;
using System.Text.Json;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>The first administrator, asked for wrongly: by a program, and in the form. There is none afterwards.</summary>
public sealed class BadSetupTests(InputPanel panel) : IClassFixture<InputPanel>
{
    private const string Password = "correct horse battery";
    private const string Code = "{code}";

    // Field, value, and what the page says of it. Wrong codes are few: after ten of them in a minute the right one is refused as well.
    private static readonly Dictionary<string, (string Field, string Value, string Says)> Table = new IEnumerable<(string What, string Field, string Value, string Says)>[]
    {
        Nasty.Hidden.Where(t => t.Text.Trim() == t.Text).Select(t => ($"user name: {t.What}", "userName", t.Text, "Give a user name of 1 to 64 letters and digits.")),
        Nasty.Meta.Where(t => t.Text != "--help").Select(t => ($"user name: {t.What}", "userName", t.Text, "is invalid, can only contain letters or digits.")),
        [
            ("user name: nothing", "userName", "", "Give a user name"), ("user name: 65 letters", "userName", Nasty.Long(65), "Give a user name"), ("user name: 900,000 letters", "userName", Nasty.Long(900_000), "Give a user name"),
            ("password: 11 letters", "password", "eleven char", "Passwords must be at least 12 characters."), ("password: 257 letters", "password", Nasty.Long(257), "A password has at most 256"), ("password: a line break", "password", "correct horse\nbattery", "A password has at most 256"),
            ("password: a NUL", "password", "correct horse\0battery", "A password has at most 256"), ("password: nothing", "password", "", "Passwords must be at least 12 characters."),
            ("code: nothing", "code", "", "This is not the setup code"), ("code: HTML", "code", "<script>alert(1)</script>", "This is not the setup code"), ("code: 900,000 letters", "code", Nasty.Long(900_000), "This is not the setup code"),
            ("code: a NUL", "code", "AAAAA\0", "This is not the setup code"),
        ],
    }.SelectMany(r => r).ToDictionary(r => r.What, r => (r.Field, r.Value, r.Says), StringComparer.Ordinal);

    private static string? _code;

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Setup_BadInput_MakesNoAdministrator(string name)
    {
        var (field, value, says) = Table[name];
        _code ??= await panel.SetupCodeAsync(Stop);
        using var browser = panel.NewBrowser();
        var page = await FormPage.OpenAsync(browser, "/setup");
        var before = await panel.StateAsync(Stop);
        var good = ApiRequest.Post("/setup", JsonSerializer.Serialize(new { code = Code, userName = "maria", password = Password }));

        using var message = good.WithText(field, value).Message(panel.Root, t => t.Replace(Code, _code, StringComparison.Ordinal));
        using var answer = await browser.SendAsync(message, Stop);
        using var shown = await page.SendAsync(
            browser,
            ("Input.Code", field == "code" ? value : _code!), ("Input.UserName", field == "userName" ? value : "maria"), ("Input.Password", field == "password" ? value : Password), ("Input.Repeat", field == "password" ? value : Password));

        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal((400, field), ((int)answer.StatusCode, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name));
        Assert.Contains(BadForm.SaysOf(value, says), WebUtility.HtmlDecode(await FormChecks.RefusedAsync(shown, 400)), StringComparison.Ordinal);
        Assert.Equal(before, await panel.StateAsync(Stop));
    }

    [Theory]
    [InlineData("""{"code":7,"userName":"maria","password":"correct horse battery"}""", "code")]
    [InlineData("""{"code":"{code}","userName":["maria"],"password":"correct horse battery"}""", "userName")]
    [InlineData("""{"code":"{code}","userName":"maria","password":"\ud800 horse battery"}""", "password")]
    [InlineData("""{"code":"{code}","userName":"maria","password":"correct horse battery","role":"Administrator"}""", "role")]
    [InlineData("""{"code":"{code}","userName":"maria","password":"correct horse battery","code":"x"}""", "code")]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    [InlineData("", "body")]
    public async Task Setup_BadBody_NamesTheField(string json, string field)
    {
        _code ??= await panel.SetupCodeAsync(Stop);
        using var program = panel.NewBrowser();
        var before = await panel.StateAsync(Stop);

        using var message = ApiRequest.Post("/setup").WithBody(json.Replace(Code, _code, StringComparison.Ordinal)).Message(panel.Root, t => t);
        using var answer = await program.SendAsync(message, Stop);

        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal((400, field), ((int)answer.StatusCode, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name));
        Assert.Equal(before, await panel.StateAsync(Stop));
    }

    [Fact]
    public async Task Setup_WithoutTheFormsToken_IsRefused()
    {
        _code ??= await panel.SetupCodeAsync(Stop);
        using var browser = panel.NewBrowser();
        var before = await panel.StateAsync(Stop);

        using var response = await browser.PostAsync(
            "/setup",
            new FormUrlEncodedContent([new("_handler", "setup"), new("Input.Code", _code), new("Input.UserName", "maria"), new("Input.Password", Password), new("Input.Repeat", Password)]),
            Stop);

        await FormChecks.RefusedAsync(response, 400);
        Assert.Equal(before, await panel.StateAsync(Stop));
    }
}
