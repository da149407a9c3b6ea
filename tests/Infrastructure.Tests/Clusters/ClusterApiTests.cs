using System.Net;
using System.Net.Sockets;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Infrastructure.Clusters;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ClusterPanel.Infrastructure.Tests.Clusters;

public sealed class ClusterApiTests : IDisposable
{
    private const string Name = "apiserver.cluster.local";
    private readonly TestAuthority _authority = new();
    private readonly FakeClusterStore _clusters = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<string, int> _ports = [];
    private readonly FakeSessions _sessions;
    private readonly List<Host> _hosts = [.. Enumerable.Range(1, 3).Select(i => new Host { Name = $"m{i}", Address = $"127.0.0.{i}", CredentialId = Guid.NewGuid() })];

    public ClusterApiTests()
    {
        _sessions = new FakeSessions(_ports);
        _clusters.Kubeconfig = _authority.Kubeconfig();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Cluster Cluster => field ??= new Cluster
    {
        Name = "c1",
        Spec = new ClusterSpec
        {
            Name = "c1",
            PackageId = Guid.NewGuid(),
            Version = new KubernetesVersion(1, 20, 2),
            CniManifest = "conf/net/cni.yaml",
            Members = [.. _hosts.Select(h => new ClusterMember(h.Id, h.Name, h.Name, h.Address, NodeRole.ControlPlane))],
        },
    };

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Read_Nodes_TellsThemInOurWords()
    {
        await using var server = await StartAsync("m1");
        server.Nodes = """
            {"kind":"NodeList","apiVersion":"v1","metadata":{},"items":[
            {"metadata":{"name":"w1","labels":{}},"spec":{"unschedulable":true},"status":{"conditions":[{"type":"MemoryPressure","status":"False"},{"type":"Ready","status":"Unknown"}],"addresses":[],"nodeInfo":{"kubeletVersion":"v1.20.1"}}},
            {"metadata":{"name":"m1","labels":{"node-role.kubernetes.io/control-plane":""}},"spec":{},"status":{"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2024-05-06T07:08:09Z"}],"addresses":[{"type":"Hostname","address":"m1"},{"type":"InternalIP","address":"127.0.0.1"}],"nodeInfo":{"kubeletVersion":"v1.20.2"}}},
            {"metadata":{"name":"m2","labels":{"node-role.kubernetes.io/master":""}},"spec":{},"status":{"conditions":[{"type":"Ready","status":"False"}]}}]}
            """;
        await using var reader = Reader();

        var state = await reader.ReadAsync(Cluster, Token);

        Assert.Equal("m1", state.Through);
        Assert.Equal(_time.GetUtcNow(), state.ReadAt);
        Assert.Equal(
            [
                new NodeState("m1", NodeRole.ControlPlane, true, "v1.20.2", "127.0.0.1", new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero), true),
                new NodeState("m2", NodeRole.ControlPlane, false, "", "", null, true),
                new NodeState("w1", NodeRole.Worker, null, "v1.20.1", "", null, false),
            ],
            state.Nodes);
        Assert.Equal("CN=kubernetes-admin, O=system:masters", string.Join(", ", server.Client!.Split(", ").Order(StringComparer.Ordinal)));
        Assert.Equal(["m1 127.0.0.1:6443"], _sessions.Forwards);
    }

    [Fact]
    public async Task Read_Again_KeepsTheWayForAMinute()
    {
        await using var server = await StartAsync("m1");
        await using var reader = Reader();

        await reader.ReadAsync(Cluster, Token);
        _time.Advance(TimeSpan.FromSeconds(50));
        await reader.ReadAsync(Cluster, Token);
        _time.Advance(TimeSpan.FromSeconds(50));
        await reader.ReadAsync(Cluster, Token);
        Assert.Equal((1, 2, 3), (_sessions.Opened, _sessions.Open, server.Requests));

        _time.Advance(ClusterApi.KeepWay);
        await UntilClosedAsync();
    }

    [Fact]
    public async Task Read_FirstMasterDown_GoesThroughTheNext()
    {
        await using var server = await StartAsync("m2");
        await using var reader = Reader();

        Assert.Equal("m2", (await reader.ReadAsync(Cluster, Token)).Through);
        Assert.Equal("m2", (await reader.ReadAsync(Cluster, Token)).Through);
        Assert.Equal(1, _sessions.Opened);
    }

    [Fact]
    public async Task Read_MasterDiesMeanwhile_GoesThroughAnother()
    {
        await using var second = await StartAsync("m2");
        await using var reader = Reader();
        await using (await StartAsync("m1"))
        {
            Assert.Equal("m1", (await reader.ReadAsync(Cluster, Token)).Through);
        }

        Assert.Equal("m2", (await reader.ReadAsync(Cluster, Token)).Through);
        Assert.Equal(2, _sessions.Open);
    }

    [Fact]
    public async Task Read_NobodyAnswers_TellsWhatEachSaid()
    {
        await using var refusing = await StartAsync("m1");
        (refusing.Status, refusing.Nodes) = (401, "{}");
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _ports["m2"] = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await using var reader = Reader();

        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => reader.ReadAsync(Cluster, Token));

        Assert.Equal(
            "No master of cluster c1 answers. m1: its API server refuses the stored kubeconfig. m2: its API server does not take connections (or its sshd forbids forwarding: AllowTcpForwarding). m3: m3 refused the connection.", e.Message);
        Assert.Equal(0, _sessions.Open);
    }

    [Fact]
    public async Task Read_SilentApiServer_IsGivenUp()
    {
        await using var silent = await StartAsync("m1");
        silent.Nodes = null;
        await using var second = await StartAsync("m2");
        await using var reader = Reader();

        var reading = reader.ReadAsync(Cluster, Token);
        while (silent.Requests == 0)
        {
            await Task.Delay(10, Token);
        }

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("m2", (await reading).Through);
    }

    [Theory]
    [InlineData(false, "other.cluster.local")]
    [InlineData(true, Name)]
    public async Task Read_CertificateOfSomebodyElse_IsRefused(bool otherAuthority, string name)
    {
        using var other = new TestAuthority();
        await using var server = await FakeApiServer.StartAsync(otherAuthority ? other : _authority, name, Token);
        _ports["m1"] = server.Port;
        await using var reader = Reader();

        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => reader.ReadAsync(Cluster, Token));

        Assert.Contains("m1: its API server shows a certificate that is not this cluster's.", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task Read_NoKubeconfigYet_SaysSo()
    {
        _clusters.Kubeconfig = null;
        await using var reader = Reader();

        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => reader.ReadAsync(Cluster, Token));

        Assert.Contains("no API server yet", e.Message, StringComparison.Ordinal);
    }

    private ClusterApi Reader() => new(_clusters, new FakeHostStore(_hosts), _sessions, _time, NullLogger<ClusterApi>.Instance);

    private async Task<FakeApiServer> StartAsync(string master)
    {
        var server = await FakeApiServer.StartAsync(_authority, Name, Token);
        _ports[master] = server.Port;
        return server;
    }

    private async Task UntilClosedAsync()
    {
        while (_sessions.Open > 0)
        {
            await Task.Delay(10, Token);
        }
    }
}
