using System.Text;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>A panel that is in use, and an administrator's program that talks to it.</summary>
public sealed class SeededPanel : InputPanel
{
    private IReadOnlyDictionary<string, string> _ids = new Dictionary<string, string>();
    private HttpClient _program = default!;

    /// <summary>Its state after the last request, for whoever sends them one by one.</summary>
    public IReadOnlyDictionary<string, string>? Known { get; set; }

    /// <summary>What the program shows.</summary>
    public string Token { get; private set; } = "";

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await EnsureUserAsync(Stop);
        _ids = await new PanelSeed(Services, Stop).PlantAsync();
        Token = await NewTokenAsync(Stop);
        _program = NewBrowser(Token);
    }

    public override async ValueTask DisposeAsync()
    {
        _program?.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>Puts identities in the place of "{name}".</summary>
    public string Fill(string text) => _ids.Aggregate(new StringBuilder(text), (t, id) => t.Replace($"{{{id.Key}}}", id.Value)).ToString();

    internal async Task<HttpResponseMessage> SendAsync(ApiRequest request)
    {
        using var message = request.Message(Root, Fill);
        return await _program.SendAsync(message, Stop);
    }
}
