namespace ClusterPanel.Core.Tests.LoadBalancing;

/// <summary>The script at work, under each shell that may be a host's /bin/sh.</summary>
public abstract class ApiLoadBalancerShellTests : IDisposable
{
    private readonly BalancerBench _bench;

    protected ApiLoadBalancerShellTests(params string[] shell)
    {
        _bench = new(shell);
        AnswerAll("200");
    }

    private string Rules => _bench.Folder.Read("rules");

    private string[] Calls => File.ReadAllLines(_bench.Folder["calls"]);

    public void Dispose()
    {
        _bench.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Script_Nftables_ServesByAllMastersWithARouteThatFixesTheSource()
    {
        await StartAsync();

        Assert.Contains("ip daddr 10.103.97.2 tcp dport 6443 dnat to numgen inc mod 3 map { 0 : 10.0.0.11, 1 : 10.0.0.12, 2 : 10.0.0.13 }", Rules);
        Assert.Contains("route replace 10.103.97.2/32 dev eth0 src 10.0.0.14", Calls);
    }

    [Fact]
    public async Task Script_MasterDies_LeavesTheListAndItsConnectionsAreCut()
    {
        await StartAsync();
        _bench.Connect("10.0.0.12", 41001, 41002);
        _bench.Connect("10.0.0.13", 41003);

        _bench.Answer("10.0.0.12", "000");

        Assert.Equal("10.103.97.2:6443 is served by: 10.0.0.11 10.0.0.13 (nftables)", await _bench.LineAsync());
        Assert.Contains("mod 2 map { 0 : 10.0.0.11, 1 : 10.0.0.13 }", Rules);
        await _bench.RoundsAsync(1, 3);
        Assert.Equal(
            ["ss -K -t dst 10.103.97.2 dport = :6443 sport = :41001", "ss -K -t dst 10.103.97.2 dport = :6443 sport = :41002", "conntrack -D -p tcp --orig-dst 10.103.97.2 --reply-src 10.0.0.12"],
            Calls.Where(c => !c.StartsWith("route", StringComparison.Ordinal)));
        Assert.Equal("10.0.0.13 41003 ESTABLISHED\n", _bench.Folder.Read("connections"));

        _bench.Answer("10.0.0.12", "200");

        Assert.Equal("10.103.97.2:6443 is served by: 10.0.0.11 10.0.0.12 10.0.0.13 (nftables)", await _bench.LineAsync());
    }

    [Fact]
    public async Task Script_MasterAnswersOnceThatItIsNotReady_StaysAndKeepsItsConnections()
    {
        await StartAsync();
        _bench.Connect("10.0.0.12", 41001);

        _bench.Answer("10.0.0.12", "500", "200");
        await _bench.RoundsAsync(3, 3);

        Assert.Equal("200", _bench.Folder.Read("codes/10.0.0.12"));
        Assert.Contains("mod 3", Rules);
        Assert.Equal("10.0.0.12 41001 ESTABLISHED\n", _bench.Folder.Read("connections"));
        Assert.Equal("", await _bench.StopAsync());
    }

    [Fact]
    public async Task Script_NothingChanges_LogsNothing()
    {
        await StartAsync();

        await _bench.RoundsAsync(5, 3);

        Assert.Equal("", await _bench.StopAsync());
    }

    [Fact]
    public async Task Script_NoMasterIsReady_KeepsTheListAndSaysSoOnce()
    {
        await StartAsync();
        _bench.Answer("10.0.0.12", "500");
        Assert.Equal("10.103.97.2:6443 is served by: 10.0.0.11 10.0.0.13 (nftables)", await _bench.LineAsync());
        var rules = Rules;

        // One round may see one of the two dead and the other not yet: then that one is kept.
        _bench.Answer("10.0.0.11", "000");
        Assert.Equal("10.103.97.2:6443 is served by: 10.0.0.13 (nftables)", await _bench.LineAsync());
        _bench.Answer("10.0.0.13", "000");

        Assert.Equal("no master is ready; keeping the list: 10.0.0.13", await _bench.LineAsync());
        await _bench.RoundsAsync(3, 3);
        Assert.Contains("mod 1 map { 0 : 10.0.0.13 }", Rules);
        Assert.NotEqual(rules, Rules);
        Assert.Equal("", await _bench.StopAsync());
    }

    [Theory]
    [InlineData("401")]
    [InlineData("403")]
    public async Task Script_AnonymousRequestsAreForbidden_CountsAsAliveAndSaysSoOnce(string code)
    {
        await StartAsync();

        _bench.Answer("10.0.0.13", code);

        Assert.Equal($"10.0.0.13 answers {code} to an anonymous /readyz: alive, but not known to be ready", await _bench.LineAsync());
        await _bench.RoundsAsync(3, 3);
        Assert.Contains("10.0.0.13", Rules);
        Assert.Equal("", await _bench.StopAsync());
    }

    [Fact]
    public async Task Script_RulesAreFlushed_SetsThemAgain()
    {
        await StartAsync();

        File.Delete(_bench.Folder["rules"]);

        Assert.Equal("the rules for 10.103.97.2 were gone; setting them again", await _bench.LineAsync());
        Assert.Equal("10.103.97.2:6443 is served by: 10.0.0.11 10.0.0.12 10.0.0.13 (nftables)", await _bench.LineAsync());
        Assert.Contains("mod 3", Rules);
    }

    [Fact]
    public async Task Script_RouteIsGone_SetsItAgain()
    {
        await StartAsync();

        File.Delete(_bench.Folder["route"]);

        Assert.Equal("the rules for 10.103.97.2 were gone; setting them again", await _bench.LineAsync());
        Assert.NotNull(await _bench.LineAsync());
        Assert.True(File.Exists(_bench.Folder["route"]));
    }

    [Fact]
    public async Task Script_ListIsRewritten_FollowsWithoutARestart()
    {
        await StartAsync();

        _bench.Configure("nftables", "10.0.0.11", "10.0.0.13");

        Assert.Equal("10.103.97.2:6443 is served by: 10.0.0.11 10.0.0.13 (nftables)", await _bench.LineAsync());
    }

    [Theory]
    [InlineData("nftables")]
    [InlineData("ipvs")]
    public async Task Script_MasterTakenOffTheList_KeepsItsConnectionsUntilTheyEnd(string mode)
    {
        await StartAsync(mode);
        _bench.Connect("10.0.0.12", 41001);

        _bench.Configure(mode, "10.0.0.11", "10.0.0.13");
        Assert.Equal($"10.103.97.2:6443 is served by: 10.0.0.11 10.0.0.13 ({mode})", await _bench.LineAsync());
        await _bench.StateAsync("master 10.0.0.12 leaving 200");
        await _bench.RoundsAsync(3, 3);
        Assert.Equal("10.0.0.12 41001 ESTABLISHED\n", _bench.Folder.Read("connections"));
        if (mode == "ipvs")
        {
            Assert.Equal("10.0.0.11:6443 1\n10.0.0.12:6443 0\n10.0.0.13:6443 1\n", _bench.Folder.Read("servers"));
        }

        _bench.Folder.Write("connections", "");
        await _bench.StateAsync("master 10.0.0.12", isThere: false);

        Assert.DoesNotContain(Calls, c => c.StartsWith("ss ", StringComparison.Ordinal));
        Assert.Equal("", await _bench.StopAsync());
        if (mode == "ipvs")
        {
            Assert.Equal("10.0.0.11:6443 1\n10.0.0.13:6443 1\n", _bench.Folder.Read("servers"));
        }
    }

    [Theory]
    [InlineData("nftables")]
    [InlineData("ipvs")]
    public async Task Script_MasterTakenOffTheListFails_ItsConnectionsAreCut(string mode)
    {
        await StartAsync(mode);
        _bench.Connect("10.0.0.12", 41001);
        _bench.Configure(mode, "10.0.0.11", "10.0.0.13");
        await _bench.StateAsync("master 10.0.0.12 leaving 200");

        _bench.Answer("10.0.0.12", "000");
        await _bench.StateAsync("master 10.0.0.12", isThere: false);

        Assert.Equal("", _bench.Folder.Read("connections"));
    }

    [Fact]
    public async Task Script_MasterTakenOffTheListForTooLong_ItsConnectionsAreCut()
    {
        await StartAsync();
        _bench.Connect("10.0.0.12", 41001);
        _bench.Configure("nftables", "10.0.0.11", "10.0.0.13");
        await _bench.StateAsync("master 10.0.0.12 leaving 200");

        _bench.Folder.Write("run/clusterpanel-apilb/until-10.0.0.12", "1700000000\n");
        await _bench.StateAsync("master 10.0.0.12", isThere: false);

        Assert.Equal("", _bench.Folder.Read("connections"));
    }

    [Fact]
    public async Task Script_StartedAgain_GoesOnWithTheMastersThatWereReady()
    {
        await StartAsync();
        _bench.Answer("10.0.0.12", "000");
        Assert.Equal("10.103.97.2:6443 is served by: 10.0.0.11 10.0.0.13 (nftables)", await _bench.LineAsync());
        await _bench.StateAsync("master 10.0.0.12 out 000");
        await _bench.StopAsync();
        Assert.Contains("mod 2", Rules);

        Assert.Equal("", (await _bench.RunAsync("begin")).Output);
        _bench.Start();
        await _bench.RoundsAsync(2, 3);

        Assert.Contains("mod 2", Rules);
        Assert.Equal("", await _bench.StopAsync());
    }

    [Fact]
    public async Task Script_StartedAgainWithAnotherList_LetsConnectionsEnd()
    {
        await StartAsync("ipvs");
        _bench.Connect("10.0.0.12", 41001);
        await _bench.StopAsync();
        _bench.Configure("ipvs", "10.0.0.11", "10.0.0.13");

        await _bench.RunAsync("begin");
        _bench.Start();
        await _bench.RoundsAsync(3, 3);

        Assert.Equal("10.0.0.11:6443 1\n10.0.0.12:6443 0\n10.0.0.13:6443 1\n", _bench.Folder.Read("servers"));
        Assert.Equal("10.0.0.12 41001 ESTABLISHED\n", _bench.Folder.Read("connections"));
        _bench.Folder.Write("connections", "");
        await _bench.StateAsync("master 10.0.0.12", isThere: false);
        Assert.Equal("10.0.0.11:6443 1\n10.0.0.13:6443 1\n", _bench.Folder.Read("servers"));
    }

    [Fact]
    public async Task Script_RulesCannotBeSet_SaysWhyOnce()
    {
        _bench.Folder.Program("nft", "echo \"Error: Could not process rule: Operation not supported\" >&2\nexit 1\n");
        _bench.Configure("nftables", "10.0.0.11", "10.0.0.12", "10.0.0.13");
        _bench.Start();

        Assert.Equal("the rules for 10.103.97.2 cannot be set: Error: Could not process rule: Operation not supported", await _bench.LineAsync());
        await _bench.RoundsAsync(4, 3);

        Assert.Equal("", await _bench.StopAsync());
    }

    [Theory]
    [InlineData("7.29", "--max-time 2 -o /dev/null https://10.0.0.12:6443/readyz\n")]
    [InlineData("7.61", "--max-time 1.4 -o /dev/null https://10.0.0.12:6443/readyz\n")]
    [InlineData("7.88", "--max-time 1.4 --parallel --parallel-immediate -o /dev/null https://10.0.0.11:6443/readyz -o /dev/null https://10.0.0.12:6443/readyz -o /dev/null https://10.0.0.13:6443/readyz\n")]
    public async Task Script_CurlOfThatVersion_IsGivenWhatItTakes(string version, string expected)
    {
        // Where the version is asked for, and where masters are.
        _bench.Folder.Program("curl", $"""
            case "{version} $*" in 7.29*1.4*--version | 7.[26]*--parallel*--version) exit 2 ;; *--version) exit ;; esac
            echo "$*" >> {_bench.Folder.Path}/asked
            for u; do case $u in https://*) echo "200 $u" ;; esac; done
            """);
        await StartAsync();
        await _bench.StateAsync("master 10.0.0.12 in 200");

        var asked = await File.ReadAllTextAsync(_bench.Folder["asked"], TestContext.Current.CancellationToken);
        Assert.Contains(expected, asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_CurlThatAsksOneAtATime_KnowsEachMastersAnswer()
    {
        _bench.Folder.Write("one-at-a-time", "");
        await StartAsync();

        _bench.Answer("10.0.0.12", "500");

        Assert.Equal("10.103.97.2:6443 is served by: 10.0.0.11 10.0.0.13 (nftables)", await _bench.LineAsync());
        await _bench.StateAsync("master 10.0.0.12 out 500");
    }

    [Fact]
    public async Task Begin_AfterABoot_ServesByAllMasters()
    {
        _bench.Configure("nftables", "10.0.0.11", "10.0.0.12");

        var result = await _bench.RunAsync("begin");

        Assert.Equal("10.103.97.2:6443 is served by: 10.0.0.11 10.0.0.12 (nftables)\n", result.Output);
        Assert.Contains("mod 2 map { 0 : 10.0.0.11, 1 : 10.0.0.12 }", Rules);
    }

    [Fact]
    public async Task Script_State_TellsEveryMaster()
    {
        await StartAsync();
        _bench.Answer("10.0.0.12", "500");
        await _bench.LineAsync();
        _bench.Connect("10.0.0.11", 41001, 41002);
        await _bench.StateAsync("master 10.0.0.12 out 500");

        var status = (await _bench.RunAsync("status")).Output;

        Assert.Matches(@"^now \d{10}\nmode nftables\nmaster 10\.0\.0\.11 in 200 \d{10} 2\nmaster 10\.0\.0\.12 out 500 \d{10} 0\nmaster 10\.0\.0\.13 in 200 \d{10} 0\n$", status);
    }

    [Fact]
    public async Task Clean_AfterARun_LeavesNoRulesAndNoRoute()
    {
        await StartAsync();
        await _bench.StopAsync();

        Assert.Equal(0, (await _bench.RunAsync("clean")).ExitCode);

        Assert.False(File.Exists(_bench.Folder["rules"]));
        Assert.False(File.Exists(_bench.Folder["route"]));
    }

    [Fact]
    public async Task Script_Ipvs_AddsAndRemovesMasters()
    {
        await StartAsync("ipvs");
        Assert.Equal("1\n", _bench.Folder.Read("proc/sys/net/ipv4/vs/expire_nodest_conn"));
        Assert.Equal("1\n", _bench.Folder.Read("proc/sys/net/ipv4/vs/sloppy_tcp"));

        _bench.Answer("10.0.0.12", "000");
        Assert.Equal("10.103.97.2:6443 is served by: 10.0.0.11 10.0.0.13 (ipvs)", await _bench.LineAsync());
        Assert.Equal("10.0.0.11:6443 1\n10.0.0.13:6443 1\n", _bench.Folder.Read("servers"));

        _bench.Answer("10.0.0.12", "200");
        await _bench.LineAsync();
        Assert.Equal("10.0.0.11:6443 1\n10.0.0.13:6443 1\n10.0.0.12:6443 1\n", _bench.Folder.Read("servers"));
    }

    [Fact]
    public async Task Script_IpvsAddressIsTheBeginningOfAnother_IsAddedAllTheSame()
    {
        _bench.Answer("10.0.0.1", "000");
        _bench.Configure("ipvs", "10.0.0.1", "10.0.0.11");
        _bench.Start();
        await _bench.LineAsync();
        Assert.Equal("10.103.97.2:6443 is served by: 10.0.0.11 (ipvs)", await _bench.LineAsync());

        _bench.Answer("10.0.0.1", "200");
        await _bench.LineAsync();

        Assert.Equal("10.0.0.11:6443 1\n10.0.0.1:6443 1\n", _bench.Folder.Read("servers"));
    }

    private async Task StartAsync(string mode = "nftables")
    {
        _bench.Configure(mode, "10.0.0.11", "10.0.0.12", "10.0.0.13");
        _bench.Start();
        Assert.Equal($"10.103.97.2:6443 is served by: 10.0.0.11 10.0.0.12 10.0.0.13 ({mode})", await _bench.LineAsync());
    }

    private void AnswerAll(string code)
    {
        foreach (var master in (string[])["10.0.0.11", "10.0.0.12", "10.0.0.13"])
        {
            _bench.Answer(master, code);
        }
    }
}
