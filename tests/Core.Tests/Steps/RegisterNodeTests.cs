namespace ClusterPanel.Core.Tests.Steps;

public sealed class RegisterNodeTests
{
    [Fact]
    public void RunAsync_NodeIsThere_ChangesNothing()
    {
        var bench = Bench("h4").On("h1", "node", "node/h4\n");

        bench.Run();

        Assert.Empty(bench.Changes);
    }

    [Fact]
    public void RunAsync_WorkersNodeIsGone_RestartsKubeletUntilItIsThere()
    {
        var bench = Bench("h4").On("h1", "node", "", "", "node/h4\n");

        bench.Run();

        Assert.Equal(["h4 restart-kubelet"], bench.Changes);
    }

    [Fact]
    public void RunAsync_MastersNodeIsGone_IsMarkedAsAMasterAgain()
    {
        var bench = Bench("h2").On("h2", "api-ready", "").On("h1", "node", "", "node/h2\n").On("h2", "node", "", "node/h2\n");

        bench.Run();

        Assert.Equal(["h2 restart-kubelet", "mark"], bench.Changes.Select(c => c.EndsWith(" mark", StringComparison.Ordinal) ? "mark" : c));
    }

    [Fact]
    public void RunAsync_ItNeverComes_FailsWithTheLikelyCause()
    {
        var e = Bench("h4").On("h1", "node", "").RunFails();

        Assert.Contains("kubelet does not start", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 2)]
    [InlineData(20, 5)]
    public void RunAsync_LookTakesLong_IsRepeatedTheLessOften(double look, double pause)
    {
        var bench = Bench("h4").On("h1", "node", "", "", "node/h4\n").Takes("h1", "node", look);

        bench.Run();

        Assert.Equal(3 * look + pause, bench.Seconds);
    }

    [Theory]
    [InlineData("v1.19.16", "node-role.kubernetes.io/master=", "node-role.kubernetes.io/master=:NoSchedule")]
    [InlineData("v1.20.2", "node-role.kubernetes.io/master= node-role.kubernetes.io/control-plane=", "node-role.kubernetes.io/master=:NoSchedule")]
    [InlineData("v1.24.0", "node-role.kubernetes.io/control-plane=", "node-role.kubernetes.io/master=:NoSchedule node-role.kubernetes.io/control-plane=:NoSchedule")]
    [InlineData("v1.31.0", "node-role.kubernetes.io/control-plane=", "node-role.kubernetes.io/control-plane=:NoSchedule")]
    public void Commands_Master_AreMarkedAsItsKubeadmDoes(string version, string labels, string taints)
    {
        var mark = Samples.Stages(version).Single(s => s.Step == "register-node").Hosts[0].Commands.Single(c => c.Key == "mark").Script;

        Assert.Contains($"label --overwrite node h1 {labels}\n", mark, StringComparison.Ordinal);
        Assert.EndsWith($"taint --overwrite node h1 {taints}", mark, StringComparison.Ordinal);
    }

    private static StepBench Bench(string host) => new StepBench("register-node", host).On("h1", "api-ready", "");
}
