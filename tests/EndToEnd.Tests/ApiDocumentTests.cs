using System.Text;
using ClusterPanel.EndToEnd.Tests.Fixtures;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>docs/api.md does what it says: its shell blocks, one after the other, make a cluster and change it with curl only.</summary>
public sealed class ApiDocumentTests
{
    [Fact]
    public async Task Document_RunFromTopToBottom_MakesAndChangesACluster()
    {
        await using var scenario = await Scenario.BeginAsync(4);
        var script = new StringBuilder("set -euo pipefail\n");
        var inside = false;
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs", "api.md"), TestContext.Current.CancellationToken))
        {
            inside = line.StartsWith("```", StringComparison.Ordinal) ? line == "```sh" : inside;
            if (inside && line != "```sh")
            {
                script.Append(line).Append('\n');
            }
        }

        var settings = $"""
            cd '{scenario.DataDirectory}'
            CLUSTERPANEL={Repository.Root} PANEL={scenario.Panel.Address} SETUP_CODE={scenario.Panel.SetupCode} ROOT_PASSWORD='{scenario.Password}' PACKAGE='{Scenario.StandIn}'
            HOSTS='{string.Join('\n', scenario.Lab.Hosts.Select(h => $"{h.Name} {h.Address}"))}'

            """;
        var (code, output, error) = await Shell.TryAsync("bash", ["-c", settings + script], TimeSpan.FromMinutes(8));

        Assert.True(code == 0, $"exit {code}\n{output[^Math.Min(output.Length, 4000)..]}\n{error}");
        Assert.Contains("Create cluster first", output, StringComparison.Ordinal);
        Assert.Contains("nodes.remove cluster first", output, StringComparison.Ordinal);
        Assert.DoesNotContain(scenario.Password, output, StringComparison.Ordinal);
    }
}
