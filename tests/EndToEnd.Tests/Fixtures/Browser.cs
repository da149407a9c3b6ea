using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Debian's Chromium, headless, one window. Errors on the page or in its console fail the test that ends with them.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _problems = [];
    private readonly ConcurrentQueue<string> _frames = [];

    private Browser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _problems.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _problems.Add(error);
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => _frames.Enqueue(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
    }

    public static string? Missing => File.Exists(Program) ? null : "needs Chromium: apt-get install chromium";

    public IPage Page { get; }

    /// <summary>What the panel has sent to the pages over SignalR: pages are drawn by nothing else, but for those of the own account.</summary>
    public IReadOnlyCollection<string> Frames => _frames;

    public static async Task<Browser> OpenAsync(string address)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = Arguments });
        var page = await browser.NewPageAsync(new() { BaseURL = address, ViewportSize = new() { Width = 1440, Height = 900 }, AcceptDownloads = true });
        page.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(60_000);
        return new Browser(playwright, browser, page);
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public Task ShootAsync(string name, bool whole = false) => Page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Output, name + ".png"), FullPage = whole });

    /// <summary>The first visit: makes the first administrator, who is signed in afterwards.</summary>
    public async Task MakeAdministratorAsync(string setupCode)
    {
        await Page.GotoAsync("/");
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "First administrator" })).ToBeVisibleAsync();
        await Page.GetByLabel("Setup code").FillAsync(setupCode);
        await Page.GetByLabel("User name").FillAsync("admin");
        await Page.GetByLabel("Password", new() { Exact = true }).FillAsync("a long enough password");
        await Page.GetByLabel("Password again").FillAsync("a long enough password");
        await ShootAsync("setup");
        await Button("Create administrator").ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/$"));
    }

    /// <summary>Gives a host a role in the table of the wizard, and waits until the panel has taken it.</summary>
    public async Task ChooseRoleAsync(string host, string role)
    {
        var label = Page.Locator("label").Filter(new() { Has = Page.GetByLabel($"{host}: {role}", new() { Exact = true }) });
        await label.ClickAsync();
        await Assertions.Expect(label).ToHaveClassAsync("on");
    }

    /// <summary>No error on the page nor in its console; they are told whole, where a collection's would be cut.</summary>
    public void AssertClean() => Assert.True(_problems.Count == 0, string.Join('\n', _problems));

    public async ValueTask DisposeAsync()
    {
        await LeaveTracesAsync();
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    // What was on the screen when the test ended, for whoever has to find out why it failed.
    private async Task LeaveTracesAsync()
    {
        var name = $"end-of-{TestContext.Current.TestMethod?.MethodName}";
        await File.WriteAllLinesAsync(Path.Combine(Repository.Output, name + ".txt"), [Page.Url, .. _problems]);
        try
        {
            await ShootAsync(name);
        }
        catch (PlaywrightException)
        {
            // A page that cannot be drawn any more must not hide why the test failed.
        }
    }
}
