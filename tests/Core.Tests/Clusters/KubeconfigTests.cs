using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Clusters;

public sealed class KubeconfigTests
{
    private const string Text = """
        apiVersion: v1
        clusters:
        - cluster:
            certificate-authority-data: c2VydmVyOiB4
            server: https://apiserver.cluster.local:6443
          name: kubernetes
        kind: Config

        """;

    private readonly Cluster _cluster = new() { Id = Samples.ClusterId, Name = "blue", Spec = Samples.Spec() with { ExtraSans = ["panel.example.org"] } };
    private readonly FakeClusterStore _store = new();
    private readonly FakeAudit _audit = new();

    private ClusterService Service => new(new FakeAccess(), _store, new FakeDeploymentStore(new SteppingTime()), new FakeClusterApi(), new ClusterViews(), new ClusterHealthService(new FakeHostStore(), new FakeSessions(), new SteppingTime()), _audit);

    [Theory]
    [InlineData("10.0.0.11", "    server: https://10.0.0.11:6443\n")]
    [InlineData("api.example.org", "    server: https://api.example.org:6443\n")]
    [InlineData("fd00::1", "    server: https://[fd00::1]:6443\n")]
    public void WithServer_EachAddress_ChangesOnlyThatLine(string address, string line) =>
        Assert.Equal(Text.Replace("    server: https://apiserver.cluster.local:6443\n", line, StringComparison.Ordinal), Kubeconfig.WithServer(Text, address, 6443));

    [Theory]
    [InlineData("kind: Config\n")]
    [InlineData("  server: a\n  server: b\n")]
    [InlineData("server: a\n")]
    public void WithServer_NotExactlyOneServer_IsAnError(string text) => Assert.Throws<FormatException>(() => Kubeconfig.WithServer(text, "10.0.0.11", 6443));

    [Fact]
    public async Task KubeconfigAsync_AddressOfTheCertificate_IsItsServer()
    {
        _store.Kubeconfigs[_cluster.Id] = Text;

        Assert.Contains("server: https://10.0.0.13:6443\n", await Service.KubeconfigAsync(_cluster, "10.0.0.13", TestContext.Current.CancellationToken));
        Assert.Equal(["10.0.0.11", "10.0.0.12", "10.0.0.13", "panel.example.org"], ClusterService.KubeconfigServers(_cluster));
    }

    [Theory]
    [InlineData("10.0.0.14")]
    [InlineData("apiserver.cluster.local")]
    [InlineData("")]
    public async Task KubeconfigAsync_OtherAddress_IsRefused(string server)
    {
        _store.Kubeconfigs[_cluster.Id] = Text;

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => Service.KubeconfigAsync(_cluster, server, TestContext.Current.CancellationToken));

        Assert.Equal("server", Assert.Single(e.Errors).Field);
    }

    [Fact]
    public async Task KubeconfigAsync_BeforeInit_IsAConflict() =>
        await Assert.ThrowsAsync<ConflictException>(() => Service.KubeconfigAsync(_cluster, "10.0.0.11", TestContext.Current.CancellationToken));
}
