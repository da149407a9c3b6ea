using System.Collections.Concurrent;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Preflight;
using ClusterPanel.Core.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace ClusterPanel.Core.Tests.Preflight;

public sealed class PreflightServiceTests
{
    private readonly FakeSessions _sessions = new() { Respond = (host, _, _) => Task.FromResult(FakeSessions.Ok($"hostname {host.Name}\nmachine x86_64\nend ok\n")) };
    private readonly FakePackageStore _packages = new(Samples.Package());
    private readonly PreflightService _service;
    private readonly ClusterRequest _request = new() { Name = "blue", PackageId = Samples.PackageId, MasterHostIds = [Samples.HostId(1)], WorkerHostIds = [Samples.HostId(2), Samples.HostId(3)] };

    public PreflightServiceTests() => _service = new PreflightService(
        new FakeAccess(), new HostService(new FakeAccess(), new FakeHostStore(Enumerable.Range(1, 5).Select(Samples.Host)), new FakeCredentialStore(), _sessions, new FakeTimeProvider(Samples.Now)), _packages);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_ChosenHosts_AreReadAnewAndJudgedByRole()
    {
        var report = await _service.RunAsync(_request, null, Stop);

        Assert.Equal(["h1", "h2", "h3"], report.Rows.Select(r => r.HostName));
        Assert.Equal(3, _sessions.Ran.Count);
        Assert.Equal(PreflightService.Titles, report.Checks);
        Assert.All(report.Rows, r => Assert.Equal(report.Checks.Count, r.Results.Count));
        var balancer = report.Checks.ToList().IndexOf("Load balancer");
        Assert.Equal([Verdict.Ok, Verdict.Failed, Verdict.Failed], report.Rows.Select(r => r.Results[balancer].Verdict));
        Assert.False(report.Passed);
    }

    [Fact]
    public async Task RunAsync_HostUnreachable_HasARowThatSaysSo()
    {
        _sessions.OnOpen = host =>
        {
            if (host.Name == "h2")
            {
                throw new HostUnreachableException("h2", "h2 does not answer at 10.0.0.12:22.");
            }
        };

        var report = await _service.RunAsync(_request, null, Stop);

        var row = report.Rows.Single(r => r.HostName == "h2");
        Assert.Equal(new CheckResult(Verdict.Failed, "no way in", "h2 does not answer at 10.0.0.12:22."), row.Results[0]);
        Assert.All(row.Results.Skip(1), r => Assert.Equal("not looked at", r.Measured));
        Assert.Equal(Verdict.Ok, report.Rows[0].Results[0].Verdict);
    }

    [Fact]
    public async Task RunAsync_EachHost_IsReportedWhenItIsJudged()
    {
        var rows = new ConcurrentBag<PreflightRow>();

        var report = await _service.RunAsync(_request, rows.Add, Stop);

        Assert.Equal(report.Rows.OrderBy(r => r.HostName), rows.OrderBy(r => r.HostName));
    }

    [Fact]
    public async Task RunAsync_HostIsSlow_OthersAreReportedBefore()
    {
        var gate = new TaskCompletionSource<CommandResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var respond = _sessions.Respond;
        _sessions.Respond = (host, command, stop) => host.Name == "h1" ? gate.Task : respond(host, command, stop);
        var early = new ConcurrentBag<string>();

        var running = _service.RunAsync(_request, row => early.Add(row.HostName), Stop);
        Assert.Equal(["h2", "h3"], early.Order());
        Assert.False(running.IsCompleted);
        gate.SetResult(FakeSessions.Ok("hostname h1\nend ok\n"));

        Assert.Equal(3, (await running).Rows.Count);
    }

    [Fact]
    public async Task RunAsync_NoPackage_NamesTheField()
    {
        _packages.Packages.Clear();

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.RunAsync(_request, null, Stop));

        Assert.Equal("package", Assert.Single(e.Errors).Field);
        Assert.Empty(_sessions.Ran);
    }

    [Theory]
    [InlineData(Verdict.Ok, true)]
    [InlineData(Verdict.Warning, true)]
    [InlineData(Verdict.Failed, false)]
    public void Passed_WorstResult_Decides(Verdict worst, bool expected)
    {
        var row = new PreflightRow(Guid.Empty, "h1", [new CheckResult(Verdict.Ok, "a"), new CheckResult(worst, "b")]);

        Assert.Equal(expected, new PreflightReport(["x", "y"], [row]).Passed);
    }
}
