using System.Text.Json;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>Bad input of every kind at every endpoint that takes any: refused in words that name the field, and nothing comes of it.</summary>
public sealed class BadInputTests(SeededPanel panel) : IClassFixture<SeededPanel>
{
    private const int LongestAnswer = 8 * 1024;

    // Of the framework, of this program, of an exception; and HTML that came back as it was.
    private static readonly string[] NeverSaid = ["ClusterPanel.", "System.", "Microsoft.", "Exception", "Nullable<", "   at ", "<script", "<img", "<b>", "canary"];

    private static readonly Dictionary<string, BadInput> Table = new IEnumerable<BadInput>[]
    {
        BadHosts.Rows(), BadCredentials.Rows(), BadPackages.Rows(), BadClusters.Rows(), BadNodes.Rows(), BadDeployments.Rows(), BadAccounts.Rows(), BadRequests.Rows(),
    }.SelectMany(r => r).ToDictionary(r => r.Name, StringComparer.Ordinal);

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Request_BadInput_IsRefusedAndNothingComesOfIt(string name)
    {
        var row = Table[name];
        var before = panel.Known ?? await panel.StateAsync(Stop);

        using var response = await panel.SendAsync(row.Request);
        var text = await response.Content.ReadAsStringAsync(Stop);
        panel.Known = await panel.StateAsync(Stop);

        Assert.True((int)response.StatusCode == row.Status, $"{(int)response.StatusCode} {Start(text)}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.True(text.Length <= LongestAnswer, $"{text.Length}: {Start(text)}");
        Assert.All(NeverSaid, word => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase));
        CheckProblem(row, JsonDocument.Parse(text).RootElement);
        Assert.Equal(before, panel.Known);
    }

    [Fact]
    public void Table_OfBadInputs_DoesNotShrink() => Assert.InRange(Table.Count, 1000, int.MaxValue);

    private static void CheckProblem(BadInput row, JsonElement problem)
    {
        Assert.Equal(row.Status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        var fields = problem.TryGetProperty("errors", out var errors) ? errors.EnumerateObject().ToDictionary(f => f.Name, f => f.Value.EnumerateArray().Select(m => m.GetString()!).ToList()) : [];
        if (row.Field is null)
        {
            Assert.Empty(fields);
            return;
        }

        Assert.Contains(row.Field, fields.Keys);
        Assert.All(fields.Values.SelectMany(m => m), m => Assert.EndsWith(".", m, StringComparison.Ordinal));
    }

    private static string Start(string text) => text.Length <= 1000 ? text : text[..1000];
}
