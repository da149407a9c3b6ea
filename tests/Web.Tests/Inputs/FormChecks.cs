namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>What holds of every page that refuses something.</summary>
internal static class FormChecks
{
    private static readonly string[] NeverSaid = ["ClusterPanel.Core", "Microsoft.AspNetCore", "System.", "Exception", "   at ", "<script>alert", "<img src=x"];

    /// <summary>A 4xx without inner matters of the program, and without what was typed as HTML.</summary>
    public static async Task<string> RefusedAsync(HttpResponseMessage response, int status)
    {
        var html = await response.Content.ReadAsStringAsync(Xunit.TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} {(html.Length <= 2000 ? html : html[..2000])}");
        Assert.All(NeverSaid, word => Assert.DoesNotContain(word, html, StringComparison.OrdinalIgnoreCase));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        return html;
    }
}
