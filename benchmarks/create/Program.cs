using System.Globalization;
using ClusterPanel.Core.Deployments;
using ClusterPanel.EndToEnd.Tests.Fixtures;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

// The panel's turn: a cluster of three masters and the rest workers on new lab hosts, timed from Create to verified. Prints the
// same lines as by-hand. Arguments: number of hosts, path of the package.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
await using var scenario = await Scenario.BeginAsync(int.Parse(args[0], CultureInfo.InvariantCulture));
var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 3, args[1]));
var ended = await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, TimeSpan.FromMinutes(25));

var plan = await scenario.Backend.Journal.ReadPlanAsync(deployment.Id, CancellationToken.None);
var attempts = await scenario.Backend.Journal.ListAttemptsAsync(deployment.Id, CancellationToken.None);
var begun = ended.StartedAt!.Value;
foreach (var stage in plan.Stages)
{
    var own = attempts.Where(a => a.Stage == stage.Key).ToList();
    var from = own.Min(a => a.StartedAt);
    var to = own.Max(a => a.EndedAt!.Value);
    Console.WriteLine($"phase {(to - from).TotalSeconds:0.0} {stage.Title} (from {(from - begun).TotalSeconds:0.0})");
}

Console.WriteLine($"verified {(ended.EndedAt!.Value - begun).TotalSeconds:0.0}");
if ((await scenario.LogAsync(deployment)).Any(l => l.Text.Contains("kubelet refused the static pod of etcd", StringComparison.Ordinal)))
{
    Console.WriteLine("race yes");
}
