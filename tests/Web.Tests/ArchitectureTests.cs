using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Tests;

public sealed partial class ArchitectureTests
{
    private static readonly string[] Anonymous = ["/login", "/login/code", "/setup"];

    [Fact]
    public void Core_References_NoDatabaseNoWebNoSsh()
    {
        var forbidden = typeof(Core.Clusters.Cluster).Assembly.GetReferencedAssemblies().Select(a => a.Name!)
            .Where(n => n.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) || n.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
                || n.StartsWith("Renci", StringComparison.Ordinal) || n.StartsWith("MudBlazor", StringComparison.Ordinal) || n.StartsWith("ClusterPanel", StringComparison.Ordinal));

        Assert.Empty(forbidden);
    }

    [Fact]
    public void Web_OnlyProgram_NamesInfrastructure()
    {
        var naming = Sources("Web").Where(f => File.ReadAllText(f).Contains("ClusterPanel.Infrastructure", StringComparison.Ordinal)).Select(Path.GetFileName);

        Assert.Equal(["Program.cs"], naming);
    }

    [Fact]
    public void Pages_AllButAFew_NeedASignedInUser()
    {
        var open = typeof(Components.App).Assembly.GetTypes()
            .Where(t => t.GetCustomAttribute<AllowAnonymousAttribute>() is not null)
            .SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template).Order(StringComparer.Ordinal);

        Assert.Equal(Anonymous, open);
    }

    [Fact]
    public void Pages_Interactive_AskForAuthorization()
    {
        var pages = typeof(Components.App).Assembly.GetTypes()
            .Where(t => t.GetCustomAttributes<RouteAttribute>().Any() && t.GetCustomAttribute<ExcludeFromInteractiveRoutingAttribute>() is null).ToList();

        Assert.NotEmpty(pages);
        Assert.All(pages, p => Assert.NotEmpty(p.GetCustomAttributes<AuthorizeAttribute>()));
    }

    [Fact]
    public void Sources_Size_IsReadable()
    {
        var long_ = Sources("Web").Where(f => File.ReadLines(f).Count() > (f.EndsWith(".razor", StringComparison.Ordinal) ? 150 : 250)).Select(Path.GetFileName);

        Assert.Empty(long_);
    }

    [Fact]
    public void Pages_Sources_LoadNothingFromElsewhere()
    {
        var wwwroot = Directory.EnumerateFiles(Path.Combine(Root(), "src", "Web", "wwwroot"));
        var loading = Sources("Web").Concat(wwwroot)
            .Where(f => ElsewherePattern().IsMatch(File.ReadAllText(f).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal))).Select(Path.GetFileName);

        Assert.Empty(loading);
    }

    [Fact]
    public void Pages_Sources_RenderNoMarkupFromStrings() =>
        Assert.Empty(Sources("Web").Where(f => File.ReadAllText(f).Contains("MarkupString", StringComparison.Ordinal)).Select(Path.GetFileName));

    private static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root(), "src", project), "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".cs" or ".razor" or ".js" && !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    // The sources are there wherever the tests are built; a published test run would have to bring them along.
    private static string Root([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "..", "..", ".."));

    [GeneratedRegex("""(?:src|href)\s*=\s*["']?(?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//""", RegexOptions.CultureInvariant)]
    private static partial Regex ElsewherePattern();
}
