namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>The requests that the bad ones are made of are taken: so it is the one bad thing that they are refused for.</summary>
public sealed class GoodInputTests(SeededPanel panel) : IClassFixture<SeededPanel>
{
    private static readonly Dictionary<string, (ApiRequest Request, int Status)> Table = new()
    {
        ["add hosts"] = (BadHosts.Add, 201),
        ["approve a key"] = (BadHosts.Trust.WithText("fingerprint", Fakes.FakeSessions.KeyOf("10.0.0.51").Fingerprint), 200),
        ["add a credential"] = (BadCredentials.Add.WithKey("good-1"), 201),
        ["change a credential"] = (BadCredentials.Change, 200),
        ["plan a cluster"] = (BadClusters.Create.At("/clusters?dryRun=true"), 200),
        ["preflight"] = (BadClusters.Create.At("/clusters/preflight"), 200),
        ["plan further nodes"] = (BadNodes.Add.At(BadNodes.Add.Path + "?dryRun=true"), 200),
        ["plan a removal"] = (BadNodes.Remove.At(BadNodes.Remove.Path + "?dryRun=true"), 200),
        ["plan a replacement"] = (BadNodes.Replace.At(BadNodes.Replace.Path + "?dryRun=true"), 200),
        ["plan a repair"] = (BadNodes.Repair.At(BadNodes.Repair.Path + "?dryRun=true"), 200),
        ["plan a cleaning"] = (BadNodes.Clean.At(BadNodes.Clean.Path + "?dryRun=true"), 200),
        ["plan a reset"] = (BadNodes.Reset.At(BadNodes.Reset.Path + "?dryRun=true"), 200),
        ["preflight of further nodes"] = (BadNodes.Preflight, 200),
        ["give a host up"] = (ApiRequest.Post("/clusters/{prod}/nodes/left1/give-up"), 204),
        ["uncordon"] = (BadNodes.Uncordon, 204),
        ["retry"] = (BadDeployments.Retry, 202),
        ["skip"] = (BadDeployments.Skip, 202),
        ["take over"] = (BadDeployments.TakeOver, 202),
        ["read a log"] = (ApiRequest.Get("/deployments/{failed}/logs?after=0&take=5000&host=half2&stage=claim-host&search=%27a%20%3Cb%3E%27"), 200),
        ["deployments of a cluster"] = (ApiRequest.Get("/deployments?cluster={prod}&skip=2147483647&take=500"), 200),
        ["kubeconfig"] = (ApiRequest.Get("/clusters/{prod}/kubeconfig?server=10.0.0.12"), 200),
        ["add an account"] = (BadAccounts.Add, 201),
        ["change an account"] = (BadAccounts.Change, 204),
        ["another password"] = (BadAccounts.Password, 204),
        ["read the audit log"] = (ApiRequest.Get("/audit?take=500&before=9223372036854775807&search=%D8%B9%20%3Cb%3E"), 200),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Request_GoodInput_IsTaken(string name)
    {
        var (request, status) = Table[name];

        using var response = await panel.SendAsync(request);

        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Xunit.TestContext.Current.CancellationToken)}");
    }
}
