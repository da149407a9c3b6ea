using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Infrastructure.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Hosting;

public sealed partial class SecondFactorTests : IAsyncDisposable
{
    private readonly PanelHost _host = new();

    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task SwitchedOn_SignIn_NeedsACodeThatIsGoodOnce()
    {
        var (key, used, _) = await SwitchOnAsync();
        using var client = _host.NewClient();

        var first = await PanelHost.SignInAsync(client, PanelHost.Password, Token);
        var page = await client.GetAsync("/", Token);
        var replayed = await SendCodeAsync(client, used);
        var wrong = await SendCodeAsync(client, "000000");
        await ForgetLastCodeAsync();
        var right = await SendCodeAsync(client, Code(key));

        Assert.EndsWith("/login/code?returnUrl=%2F", first.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Contains("was used already", await replayed.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("This code is wrong", await wrong.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/", Token)).StatusCode);
    }

    [Fact]
    public async Task SwitchedOn_RecoveryCode_IsGoodOnce()
    {
        var (_, _, codes) = await SwitchOnAsync();
        using var first = _host.NewClient();
        using var second = _host.NewClient();
        await PanelHost.SignInAsync(first, PanelHost.Password, Token);
        await PanelHost.SignInAsync(second, PanelHost.Password, Token);

        var once = await SendCodeAsync(first, codes[0]);
        var twice = await SendCodeAsync(second, codes[0]);

        Assert.Equal(10, codes.Count);
        Assert.Equal(HttpStatusCode.Redirect, once.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
        Assert.Contains("9 recovery codes are unused", await first.GetStringAsync("/account/two-factor", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SwitchedOn_TooManyWrongCodes_ClosesTheAccount()
    {
        var (key, _, _) = await SwitchOnAsync();
        using var client = _host.NewClient();
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);
        for (var i = 0; i < 5; i++)
        {
            await SendCodeAsync(client, "000000");
        }

        await ForgetLastCodeAsync();
        Assert.Contains("Too many wrong codes", await (await SendCodeAsync(client, Code(key))).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SwitchedOn_InTheDatabase_NeitherKeyNorCodesCanBeRead()
    {
        var (key, _, codes) = await SwitchOnAsync();

        var stored = await File.ReadAllBytesAsync(Path.Combine(_host.DataDirectory, "clusterpanel.db"), Token);
        var log = await File.ReadAllBytesAsync(Path.Combine(_host.DataDirectory, "clusterpanel.db-wal"), Token);
        var all = System.Text.Encoding.Latin1.GetString([.. stored, .. log]);

        Assert.Contains("TwoFactorEnabled", all, StringComparison.Ordinal);
        Assert.DoesNotContain(key, all, StringComparison.OrdinalIgnoreCase);
        Assert.All(codes, c => Assert.DoesNotContain(c, all, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task SwitchedOff_WithThePassword_AsksForNoCodeAnyMore()
    {
        var (key, _, _) = await SwitchOnAsync();
        using var client = _host.NewClient();
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);
        await ForgetLastCodeAsync();
        await SendCodeAsync(client, Code(key));

        var wrong = await PanelHost.PostFormAsync(client, "/account/two-factor", Token, ("Input.Password", "wrong password"));
        var right = await PanelHost.PostFormAsync(client, "/account/two-factor", Token, ("Input.Password", PanelHost.Password));
        using var other = _host.NewClient();
        var signedIn = await PanelHost.SignInAsync(other, PanelHost.Password, Token);

        Assert.Contains("This is not your password.", await wrong.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        var offered = await right.Content.ReadAsStringAsync(Token);
        Assert.Contains("Switch it on", offered, StringComparison.Ordinal);
        Assert.DoesNotContain(key, offered, StringComparison.Ordinal);
        Assert.EndsWith("/", signedIn.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_LookedAtForTheFirstTime_LeavesOtherSessionsSignedIn()
    {
        await _host.EnsureUserAsync(Token);
        using var one = _host.NewClient();
        using var other = _host.NewClient();
        await PanelHost.SignInAsync(one, PanelHost.Password, Token);
        await PanelHost.SignInAsync(other, PanelHost.Password, Token);

        var page = await one.GetStringAsync("/account/two-factor", Token);

        Assert.Contains("Switch it on", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/", Token)).StatusCode);
    }

    [Fact]
    public async Task SwitchedOn_CodeBeforeTheLastOne_IsNotGoodAgainEither()
    {
        var (key, used, _) = await SwitchOnAsync();
        using var client = _host.NewClient();
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);
        Assert.Equal(HttpStatusCode.Redirect, (await SendCodeAsync(client, Code(key, 1))).StatusCode);
        using var other = _host.NewClient();
        await PanelHost.SignInAsync(other, PanelHost.Password, Token);

        var replayed = await SendCodeAsync(other, used);

        Assert.Contains("was used already", await replayed.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangePassword_GuessedTooOften_ClosesTheAccountAndIsInTheAuditLog()
    {
        await _host.EnsureUserAsync(Token);
        using var client = _host.NewClient();
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);
        HttpResponseMessage? last = null;
        for (var i = 0; i < 6; i++)
        {
            last = await PanelHost.PostFormAsync(client, "/account/password", Token, ("Input.Current", $"guess {i}"), ("Input.Password", "another long password"), ("Input.Repeat", "another long password"));
        }

        Assert.Contains("Too many wrong passwords", await last!.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        var entries = await _host.Services.GetRequiredService<IAuditStore>().ReadAsync(new AuditQuery(20, null, "account.own-password"), Token);
        Assert.Equal(6, entries.Count(e => e.Result == AuditEntry.Denied));
    }

    [Fact]
    public async Task ChangePassword_EntryCannotBeStored_IsNotChanged()
    {
        await _host.EnsureUserAsync(Token);
        using var client = _host.NewClient();
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);
        await _host.RunSqlAsync("ALTER TABLE \"AuditLog\" RENAME TO \"Elsewhere\"", Token);

        var answer = await PanelHost.PostFormAsync(client, "/account/password", Token, ("Input.Current", PanelHost.Password), ("Input.Password", "another long password"), ("Input.Repeat", "another long password"));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("Something went wrong in the panel", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await _host.RunSqlAsync("ALTER TABLE \"Elsewhere\" RENAME TO \"AuditLog\"", Token);
        using var later = _host.NewClient();
        Assert.EndsWith("/", (await PanelHost.SignInAsync(later, PanelHost.Password, Token)).Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignOutEverywhere_Posted_EndsOtherSessions()
    {
        await _host.EnsureUserAsync(Token);
        using var first = _host.NewClient();
        using var second = _host.NewClient();
        await PanelHost.SignInAsync(first, PanelHost.Password, Token);
        await PanelHost.SignInAsync(second, PanelHost.Password, Token);

        await PanelHost.PostFormAsync(first, "/account/sign-out-everywhere", Token);

        Assert.Equal(HttpStatusCode.Redirect, (await first.GetAsync("/", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await second.GetAsync("/", Token)).StatusCode);
    }

    private static Task<HttpResponseMessage> SendCodeAsync(HttpClient client, string code) => PanelHost.PostFormAsync(client, "/login/code", Token, ("Input.Code", code));

    private async Task<(string Key, string Used, IReadOnlyList<string> Codes)> SwitchOnAsync()
    {
        await _host.EnsureUserAsync(Token);
        using var client = _host.NewClient();
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);
        var key = KeyPattern().Match(await client.GetStringAsync("/account/two-factor", Token)).Groups[1].Value;
        var used = Code(key);
        var done = await (await PanelHost.PostFormAsync(client, "/account/two-factor", Token, ("Input.Code", used))).Content.ReadAsStringAsync(Token);
        return (key, used, WebUtility.HtmlDecode(CodesPattern().Match(done).Groups[1].Value).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    // The test cannot wait half a minute for the authenticator's next code.
    private async Task ForgetLastCodeAsync()
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        await users.RemoveAuthenticationTokenAsync((await users.FindByNameAsync(PanelHost.User))!, "ClusterPanel", "LastCode");
    }

    // RFC 6238 with the values every authenticator uses: HMAC-SHA-1, 30 seconds, six digits.
    private static string Code(string key, int later = 0)
    {
        const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(key.Select(c => Convert.ToString(Base32.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var secret = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        var step = BitConverter.GetBytes(IPAddress.HostToNetworkOrder(DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30 + later));
#pragma warning disable CA5350 // Authenticators know nothing else.
        var hash = HMACSHA1.HashData(secret, step);
#pragma warning restore CA5350
        var offset = hash[^1] & 15;
        var number = ((hash[offset] & 127) << 24) | (hash[offset + 1] << 16) | (hash[offset + 2] << 8) | hash[offset + 3];
        return (number % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("<code class=\"key\">([A-Z2-7]+)</code>", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPattern();

    [GeneratedRegex("<pre class=\"codes\"[^>]*>([^<]+)</pre>", RegexOptions.CultureInvariant)]
    private static partial Regex CodesPattern();
}
