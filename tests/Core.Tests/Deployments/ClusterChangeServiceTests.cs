using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Tests.Fakes;
using ClusterPanel.Core.Tests.Steps;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class ClusterChangeServiceTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private readonly SteppingTime _time = new();
    private readonly FakeClusterStore _clusters = new();
    private readonly FakeClusterApi _reader = new();
    private readonly FakeSessions _sessions = new();
    private readonly FakePackageStore _packages = new();
    private string _etcd = Etcdctl.Members("h1", "h2", "h3");
    private readonly FakeDeploymentStore _store;
    private readonly ClusterChangeService _service;
    private readonly Cluster _cluster = Samples.Cluster();

    public ClusterChangeServiceTests()
    {
        _clusters.Clusters.Add(_cluster);
        _store = new FakeDeploymentStore(_time);
        var hosts = new FakeHostStore(Enumerable.Range(1, 8).Select(Samples.Host));
        _service = new ClusterChangeService(new FakeAccess(), _store, _clusters, _reader, new ClusterHealthService(hosts, _sessions, _time), hosts, _packages, _time);
        _sessions.Respond = (_, _, _) => Task.FromResult(FakeSessions.Ok(_etcd));
        _packages.Packages.Add(Samples.Package());
    }

    [Fact]
    public async Task StartAsync_ResetAsShown_IsStored()
    {
        var change = new ResetCluster(_cluster.Id, []);
        var preview = await _service.PreviewAsync(change, Stop);

        var deployment = await _service.StartAsync(change, preview.Hash, Stop);

        Assert.Equal((DeploymentKind.ResetCluster, DeploymentStatus.Queued, "olga"), (deployment.Kind, deployment.Status, deployment.CreatedBy));
        Assert.Equal(preview.Hash, _store.Plans[deployment.Id].Hash());
    }

    [Fact]
    public async Task StartAsync_AnotherPlanThanShown_IsRefused()
    {
        var preview = await _service.PreviewAsync(new ResetCluster(_cluster.Id, []), Stop);

        await Assert.ThrowsAsync<ConflictException>(() => _service.StartAsync(new ResetCluster(_cluster.Id, [Samples.HostId(5)]), preview.Hash, Stop));

        Assert.Empty(_store.Plans);
    }

    [Theory]
    [InlineData(DeploymentStatus.Queued)]
    [InlineData(DeploymentStatus.Running)]
    public async Task PreviewAsync_AnotherDeploymentIsNotFinished_SaysWhichAndWhose(DeploymentStatus status)
    {
        Store(status);

        var e = await Assert.ThrowsAsync<ConflictException>(() => _service.PreviewAsync(new ResetCluster(_cluster.Id, []), Stop));

        Assert.Equal("Add nodes to blue, started by peter, is not finished: wait for it, or cancel it.", e.Message);
    }

    [Fact]
    public async Task PreviewAsync_TheLastChangeWasStopped_WarnsThatItCannotBeContinued()
    {
        Store(DeploymentStatus.Canceled);

        var preview = await _service.PreviewAsync(new ResetCluster(_cluster.Id, []), Stop);

        Assert.Equal(["\"Add nodes to blue\" was stopped, and cannot be continued any more after this."], preview.Warnings);
    }

    private void Store(DeploymentStatus status)
    {
        var other = new Deployment { ClusterId = _cluster.Id, ClusterName = _cluster.Name, Kind = DeploymentKind.AddNodes, Status = status, CreatedBy = "peter", CreatedAt = _time.GetUtcNow() };
        _store.Deployments[other.Id] = other;
    }

    [Fact]
    public async Task PreviewAsync_ResetWithoutAnyHost_NamesTheField()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new ResetCluster(_cluster.Id, [.. _cluster.Spec.Members.Select(m => m.HostId)]), Stop));

        Assert.Equal("leaveOut", Assert.Single(e.Errors).Field);
    }

    [Fact]
    public async Task PreviewAsync_ClusterWasReset_IsRefused()
    {
        _cluster.Status = ClusterStatus.Removed;

        await Assert.ThrowsAsync<ConflictException>(() => _service.PreviewAsync(new ResetCluster(_cluster.Id, []), Stop));
    }

    [Fact]
    public async Task PreviewAsync_CleanOfAMember_NamesTheField()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new CleanHosts(_cluster.Id, [Samples.HostId(5)]), Stop));

        Assert.Equal("hosts", Assert.Single(e.Errors).Field);
    }

    [Fact]
    public async Task PreviewAsync_RenewalOfAll_NeedsNoApiAndGoesMasterByMaster()
    {
        _reader.Running = null;

        var plan = (await _service.PreviewAsync(new RenewCertificates(_cluster.Id, [], []), Stop)).Plan;

        Assert.Equal(
            [
                "lists-without-h1", "renew-certificates-h1", "lists-without-h2", "renew-certificates-h2", "lists-without-h3", "renew-certificates-h3", "lists-with-all",
                "kubectl", "kubelet-certificate", "verify-node", "verify-cluster",
            ],
            plan.Stages.Select(s => s.Key));
        Assert.All(plan.Stages.Where(s => s.Step == "load-balancer"), s => Assert.Equal((true, 2), (s.Optional, s.Hosts.Count)));
        Assert.DoesNotContain("10.0.0.11", plan.Stages[0].Hosts[0].Commands.Single(c => c.Key == "install").Script, StringComparison.Ordinal);
        Assert.Contains("10.0.0.11 10.0.0.12 10.0.0.13", plan.Stages[6].Hosts[0].Commands.Single(c => c.Key == "install").Script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PreviewAsync_RenewalThatNobodyNotices_LeavesTheListsAlone()
    {
        var plan = (await _service.PreviewAsync(new RenewCertificates(_cluster.Id, ["scheduler.conf"], []), Stop)).Plan;

        Assert.Equal(["renew-certificates", "verify-cluster"], plan.Stages.Select(s => s.Key));
        Assert.Equal((1, 3), (plan.Stages[0].Width, plan.Stages[0].Hosts.Count));
    }

    [Fact]
    public async Task PreviewAsync_KubeletOfAWorker_TouchesNothingElse()
    {
        var plan = (await _service.PreviewAsync(new RenewCertificates(_cluster.Id, ["kubelet"], [Samples.HostId(4)]), Stop)).Plan;

        Assert.Equal(["kubelet-certificate", "verify-node", "verify-cluster"], plan.Stages.Select(s => s.Key));
        Assert.Equal("h4", Assert.Single(plan.Stages[0].Hosts).Member.HostName);
    }

    [Theory]
    [InlineData("ca", 1, "certificates")]
    [InlineData("apiserver", 4, "hosts")]
    [InlineData("apiserver", 8, "hosts")]
    public async Task PreviewAsync_RenewalThatCannotBe_NamesTheField(string certificate, int host, string field)
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new RenewCertificates(_cluster.Id, [certificate], [Samples.HostId(host)]), Stop));

        Assert.Equal(field, Assert.Single(e.Errors.Select(f => f.Field).Distinct()));
    }

    [Fact]
    public async Task StartAsync_OtherNames_AreTheClustersFromThenOn()
    {
        var change = new ChangeApiServerNames(_cluster.Id, ["k8s.example.org"]);
        var preview = await _service.PreviewAsync(change, Stop);

        var deployment = await _service.StartAsync(change, preview.Hash, Stop);

        var plan = _store.Plans[deployment.Id];
        Assert.Equal("api-server-names", plan.Stages[0].Key);
        Assert.Equal(["k8s.example.org"], plan.Spec.ExtraSans);
        Assert.All(plan.Stages.Where(s => s.Step == "renew-certificates"), s => Assert.Contains(s.Hosts[0].Commands, c => c.Key == "sans"));
    }

    [Fact]
    public async Task PreviewAsync_UnknownCluster_IsRefused() =>
        await Assert.ThrowsAsync<ConflictException>(() => _service.PreviewAsync(new ResetCluster(Guid.NewGuid(), []), Stop));

    [Fact]
    public async Task PreviewAsync_AddMasterAndWorker_TouchesThemAndTheWorkersLists()
    {
        var plan = (await _service.PreviewAsync(new AddNodes(_cluster.Id, [Samples.HostId(6)], [Samples.HostId(7)]), Stop)).Plan;

        Assert.Equal("Add master h6 and worker h7 to cluster blue", plan.Title);
        Assert.Equal(["h6", "h7"], Hosts("claim-host"));
        Assert.Equal(["h6"], Hosts("join-control-plane"));
        Assert.Equal(["h4", "h5"], Hosts("enter-load-balancer-lists"));
        Assert.Equal(["h7"], Hosts("join-worker"));
        Assert.Equal(["h1", "h2", "h3", "h6", "h4", "h5", "h7"], plan.Spec.Members.Select(m => m.HostName));
        var lists = plan.Stages.Single(s => s.Key == "enter-load-balancer-lists");
        Assert.True(lists.Optional);
        Assert.Contains("10.0.0.16", lists.Hosts[0].Commands.Single(c => c.Key == "install").Script, StringComparison.Ordinal);
        Assert.True(plan.Stages.ToList().FindIndex(s => s.Key == "join-control-plane") < plan.Stages.ToList().IndexOf(lists));

        IEnumerable<string> Hosts(string stage) => plan.Stages.Single(s => s.Key == stage).Hosts.Select(h => h.Member.HostName);
    }

    [Fact]
    public async Task PreviewAsync_AddWorker_TouchesNobodyElse()
    {
        var plan = (await _service.PreviewAsync(new AddNodes(_cluster.Id, [], [Samples.HostId(7)]), Stop)).Plan;

        Assert.Equal(["h7"], plan.Members().Select(m => m.HostName));
    }

    [Fact]
    public async Task PreviewAsync_ClusterWasUpgradedByHand_TakesItsVersion()
    {
        _reader.Running = _reader.Running! with { Version = KubernetesVersion.Parse("v1.21.4") };

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new AddNodes(_cluster.Id, [], [Samples.HostId(7)]), Stop));
        var same = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PackageAsync(_cluster.Id, Stop));
        _packages.Packages.Add(Samples.Package("v1.21.4"));
        var package = await _service.PackageAsync(_cluster.Id, Stop);
        var plan = (await _service.PreviewAsync(new AddNodes(_cluster.Id, [], [Samples.HostId(7)]), Stop)).Plan;

        Assert.Contains("v1.21.4", Assert.Single(e.Errors, f => f.Field == "package").Message, StringComparison.Ordinal);
        Assert.Equal(e.Message, same.Message);
        Assert.Equal(package.Id, plan.Spec.PackageId);
        Assert.Equal("v1.21.4", plan.Spec.Version.ToString());
    }

    [Fact]
    public async Task PreviewAsync_ClusterDoesNotAnswer_IsRefusedWithTheReason()
    {
        _reader.Running = null;

        var e = await Assert.ThrowsAsync<ConflictException>(() => _service.PreviewAsync(new AddNodes(_cluster.Id, [], [Samples.HostId(7)]), Stop));

        Assert.Contains("No master answers.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, "workers", "h4 is a member of the cluster already.")]
    [InlineData(99, "workers", "A chosen host is no longer in the inventory. Choose again.")]
    public async Task PreviewAsync_AddWrongHost_NamesTheField(int host, string field, string message)
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new AddNodes(_cluster.Id, [], [Samples.HostId(host)]), Stop));

        Assert.Equal((field, message), e.Errors.Select(f => (f.Field, f.Message)).First());
    }

    [Theory]
    [InlineData("h2", true, true)]
    [InlineData("h2", false, false)] // a master that is dead stays behind
    [InlineData("h4", true, false)] // a worker may be upgraded later
    public async Task PreviewAsync_AddWhileTheClusterIsUpgradedByHand_IsRefused(string older, bool ready, bool refused)
    {
        var newer = KubernetesVersion.Parse("v1.20.7");
        _packages.Packages[0] = Samples.Package("v1.20.7");
        _reader.Running = _reader.Running! with { Version = newer };
        _reader.Nodes.AddRange(_cluster.Spec.Members.Select(m => new NodeState(m.NodeName, m.Role, m.NodeName != older || ready, m.NodeName == older ? "v1.20.2" : "v1.20.7", m.Address, null, true)));

        var preview = _service.PreviewAsync(new AddNodes(_cluster.Id, [], [Samples.HostId(6)]), Stop);

        if (refused)
        {
            var e = await Assert.ThrowsAsync<ConflictException>(() => preview);
            Assert.Equal("Cluster blue is being upgraded: its configuration says v1.20.7, and kubelet on the master h2 is v1.20.2. Bring the upgrade to its end on every master first.", e.Message);
        }
        else
        {
            Assert.Contains("h6", (await preview).Plan.Spec.Members.Select(m => m.HostName));
        }
    }

    [Fact]
    public async Task PreviewAsync_RemoveMasterAndDeadWorker_KeepsTheOrderThatIsSafe()
    {
        SwitchOff("h5");
        var change = new RemoveNodes(_cluster.Id, [Samples.HostId(1)], [Samples.HostId(5)], [Samples.HostId(5)], new DrainOptions());

        var plan = (await _service.PreviewAsync(change, Stop)).Plan;

        Assert.Equal("Remove master h1 and worker h5 from cluster blue", plan.Title);
        Assert.Equal(
            ["snapshot-etcd h1", "drain-node h1", "leave-load-balancer-lists h4", "remove-etcd-member h1", "delete-node h1 h5", "clean-host h1", "nodes-stay-away h1"],
            plan.Stages.Select(s => $"{s.Key} {string.Join(' ', s.Hosts.Select(h => h.Member.HostName))}"));
        Assert.DoesNotContain("10.0.0.11", plan.Stages[2].Hosts[0].Commands.Single(c => c.Key == "install").Script, StringComparison.Ordinal);
        Assert.Equal(["h2", "h3", "h4"], plan.Spec.Members.Select(m => m.HostName));
        Assert.Equal(["h5"], plan.Spec.NotCleaned.Select(m => m.HostName));
    }

    [Theory]
    [InlineData(true, "h5 does not answer: no route Make it answer, or switch it off and name it here. Its kubelet's certificate stays valid: while it runs, its pods do, and it would register itself again.")]
    [InlineData(false, "h5 answers, so it is not powered off. Leave it out here: it is drained and cleaned then. Or switch it off.")]
    public async Task PreviewAsync_RemovePoweredOffOrNot_MustBeAsItIs(bool off, string message)
    {
        if (off)
        {
            SwitchOff("h5");
        }

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(
            new RemoveNodes(_cluster.Id, [], [Samples.HostId(4), Samples.HostId(5)], off ? [] : [Samples.HostId(5)], new DrainOptions()), Stop));

        Assert.Equal([("poweredOff", message)], e.Errors.Select(f => (f.Field, f.Message)));
    }

    [Fact]
    public async Task PreviewAsync_ReplaceAMasterThatAnswersAsPoweredOff_IsRefused()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new ReplaceMaster(_cluster.Id, Samples.HostId(2), Samples.HostId(6), true, new DrainOptions()), Stop));

        Assert.Equal([("poweredOff", "h2 answers, so it is not powered off. Leave it out here: it is drained and cleaned then. Or switch it off.")], e.Errors.Select(f => (f.Field, f.Message)));
    }

    [Theory]
    [InlineData("h2", true)] // another master's upgrade is not finished
    [InlineData("h1", false)] // the one that leaves may be what it hangs at
    public async Task PreviewAsync_RemoveAMasterWhileTheClusterIsUpgradedByHand_IsRefused(string older, bool refused)
    {
        _reader.Running = _reader.Running! with { Version = KubernetesVersion.Parse("v1.20.7") };
        _reader.Nodes.AddRange(_cluster.Spec.Members.Select(m => new NodeState(m.NodeName, m.Role, true, m.NodeName == older ? "v1.20.2" : "v1.20.7", m.Address, null, true)));

        var e = await Record.ExceptionAsync(() => _service.PreviewAsync(new RemoveNodes(_cluster.Id, [Samples.HostId(1)], [], [], new DrainOptions()), Stop));

        Assert.Equal(refused ? "Cluster blue is being upgraded: its configuration says v1.20.7, and kubelet on the master h2 is v1.20.2. Bring the upgrade to its end on every master first." : null, e?.Message);
    }

    private void SwitchOff(string name) => _sessions.OnOpen = host =>
    {
        if (host.Name == name)
        {
            throw new Core.Hosts.HostUnreachableException(name, "no route");
        }
    };

    [Theory]
    [InlineData(1, 2, 3, "masters", "These are all masters: without one there is no cluster. To remove everything, reset the cluster.")]
    [InlineData(4, 1, 2, "masters", "h4 is a worker, not a master: choose it among the workers.")]
    public async Task PreviewAsync_RemoveWrongMasters_NamesTheField(int first, int second, int third, string field, string message)
    {
        var change = new RemoveNodes(_cluster.Id, [Samples.HostId(first), Samples.HostId(second), Samples.HostId(third)], [], [], new DrainOptions());

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(change, Stop));

        Assert.Equal((field, message), (e.Errors[0].Field, e.Errors[0].Message));
    }

    [Fact]
    public async Task PreviewAsync_RemoveAMasterAsAWorker_NamesTheField()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new RemoveNodes(_cluster.Id, [], [Samples.HostId(2)], [], new DrainOptions()), Stop));

        Assert.Equal("h2 is a master, not a worker: choose it among the masters.", Assert.Single(e.Errors, f => f.Field == "workers").Message);
    }

    [Fact]
    public async Task PreviewAsync_NumberOfMastersChanges_WarnsOfABadOne()
    {
        var fewer = await _service.PreviewAsync(new RemoveNodes(_cluster.Id, [Samples.HostId(1)], [], [], new DrainOptions()), Stop);
        var same = await _service.PreviewAsync(new RemoveNodes(_cluster.Id, [], [Samples.HostId(4)], [], new DrainOptions()), Stop);

        Assert.Equal(["Two masters survive the loss of none, because etcd needs both: one more is better."], fewer.Warnings);
        Assert.Empty(same.Warnings);
    }

    [Fact]
    public async Task PreviewAsync_ClusterIsBeingReset_IsRefused()
    {
        _cluster.Status = ClusterStatus.Resetting;

        await Assert.ThrowsAsync<ConflictException>(() => _service.PreviewAsync(new RemoveNodes(_cluster.Id, [], [Samples.HostId(4)], [], new DrainOptions()), Stop));
    }

    [Fact]
    public async Task PreviewAsync_ReplaceADeadMaster_TakesTheOldOneOutFirst()
    {
        SwitchOff("h2");
        var plan = (await _service.PreviewAsync(new ReplaceMaster(_cluster.Id, Samples.HostId(2), Samples.HostId(6), true, new DrainOptions()), Stop)).Plan;

        Assert.Equal("Replace master h2 of cluster blue with h6", plan.Title);
        Assert.Equal(
            ["snapshot-etcd", "leave-load-balancer-lists", "remove-etcd-member", "delete-node", "claim-host"],
            plan.Stages.Select(s => s.Key).Take(5));
        Assert.Equal(["join-control-plane", "kubectl", "kubelet-certificates-of-masters", "verify-masters", "enter-load-balancer-lists"], plan.Stages.Select(s => s.Key).TakeLast(5));
        Assert.Equal(plan.Stages.Count, plan.Stages.Select(s => s.Key).Distinct().Count());
        Assert.Equal(["h1", "h3", "h6"], plan.Spec.ControlPlane.Select(m => m.HostName));
        Assert.Equal(["h2"], plan.Spec.NotCleaned.Select(m => m.HostName));
    }

    [Fact]
    public async Task PreviewAsync_ReplaceAWorkerAsAMaster_NamesTheField()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new ReplaceMaster(_cluster.Id, Samples.HostId(4), Samples.HostId(6), false, new DrainOptions()), Stop));

        Assert.Equal("name", e.Errors[0].Field);
    }

    [Theory]
    [InlineData("h2!", "h3", "h1 cannot be removed. Without it 1 of 2 members would be healthy, 2 are needed.")]
    [InlineData("h2!", "h3!", "h1 cannot be removed. etcd has lost its quorum: 1 of 3 members are healthy, 2 are needed to commit any change.")]
    public async Task PreviewAsync_RemovalWouldLoseTheQuorum_ShowsTheArithmetic(string second, string third, string message)
    {
        _etcd = Etcdctl.Members("h1", second, third);

        var remove = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new RemoveNodes(_cluster.Id, [Samples.HostId(1)], [], [], new DrainOptions()), Stop));
        var replace = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new ReplaceMaster(_cluster.Id, Samples.HostId(1), Samples.HostId(6), false, new DrainOptions()), Stop));

        Assert.Equal(("masters", message), (remove.Errors[0].Field, remove.Errors[0].Message));
        Assert.Equal(("name", message), (replace.Errors[0].Field, replace.Errors[0].Message));
    }

    [Fact]
    public async Task PreviewAsync_DeadMasterLeavesWithAnother_GoesFirst()
    {
        _etcd = Etcdctl.Members("h1", "h2", "h3!");
        SwitchOff("h3");
        var change = new RemoveNodes(_cluster.Id, [Samples.HostId(1), Samples.HostId(3)], [], [Samples.HostId(3)], new DrainOptions());

        var plan = (await _service.PreviewAsync(change, Stop)).Plan;

        Assert.Equal(["h3", "h1"], plan.Stages.Single(s => s.Key == "remove-etcd-member").Hosts.Select(h => h.Member.HostName));
    }

    [Fact]
    public async Task PreviewAsync_NoEtcdAnswers_IsRefusedWithWhatEachMasterSays()
    {
        _sessions.Respond = (host, _, _) => Task.FromResult(FakeSessions.Result(1, "", $"no etcd on {host.Name}\n"));

        var e = await Assert.ThrowsAsync<ConflictException>(() => _service.PreviewAsync(new AddNodes(_cluster.Id, [Samples.HostId(6)], []), Stop));

        Assert.Equal("No master's etcd answers, so no master can be added or removed. h1: no etcd on h1 h2: no etcd on h2 h3: no etcd on h3", e.Message);
    }

    [Fact]
    public async Task PreviewAsync_AddMasterWhileAMemberIsSick_IsRefused()
    {
        _etcd = Etcdctl.Members("h1", "h2!", "h3");

        var e = await Assert.ThrowsAsync<ConflictException>(() => _service.PreviewAsync(new AddNodes(_cluster.Id, [Samples.HostId(6)], []), Stop));

        Assert.Contains("The etcd member h2 is not healthy: 2 of 3 are healthy. Replace or remove that master first.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h7", "10.9.9.9")]
    [InlineData("other", "10.0.0.17")]
    public async Task PreviewAsync_AddHostThatIsANodeAlready_IsExplained(string name, string address)
    {
        _reader.Nodes.Add(new NodeState(name, NodeRole.Worker, true, "v1.20.2", address, null, true));

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new AddNodes(_cluster.Id, [], [Samples.HostId(7)]), Stop));

        Assert.Equal($"h7 has the name or address of the Node {name} ({address}), which joined without the panel. Delete it first: kubectl delete node {name}", Assert.Single(e.Errors, f => f.Field == "workers").Message);
    }

    [Fact]
    public async Task PreviewAsync_AddHostWithTheNameOfOneThatCameBack_SaysToCleanThatFirst()
    {
        _cluster.Spec = _cluster.Spec with { NotCleaned = [new ClusterMember(Samples.HostId(8), "old7", "h7", "10.0.0.99", NodeRole.Worker)] };
        _reader.Nodes.Add(new NodeState("h7", NodeRole.Worker, true, "v1.20.2", "10.0.0.99", null, false));

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new AddNodes(_cluster.Id, [], [Samples.HostId(7)]), Stop));

        Assert.Equal("h7 has the name or address of the Node h7, whose host old7 left the cluster and came back. Clean old7 first.", Assert.Single(e.Errors).Message);
    }

    [Theory]
    [MemberData(nameof(Samples.NotReady), MemberType = typeof(Samples))]
    public async Task PreviewAsync_AddToAClusterThatIsNotThere_SaysWhatToDo(ClusterStatus status, string why)
    {
        _cluster.Status = status;

        var e = await Assert.ThrowsAsync<ConflictException>(() => _service.PreviewAsync(new AddNodes(_cluster.Id, [], [Samples.HostId(7)]), Stop));

        Assert.Equal(why, e.Message);
    }

    [Fact]
    public async Task PreviewAsync_CleanWhileTheResetIsNotFinished_SaysToResumeIt()
    {
        var left = _cluster.Spec.Members[4];
        _cluster.Spec = _cluster.Spec with { Members = [.. _cluster.Spec.Members.Take(4)], NotCleaned = [left] };
        _cluster.Status = ClusterStatus.Resetting;

        var e = await Assert.ThrowsAsync<ConflictException>(() => _service.PreviewAsync(new CleanHosts(_cluster.Id, [left.HostId]), Stop));

        Assert.Equal("The reset of cluster blue is not finished: resume it first.", e.Message);
    }

    [Fact]
    public async Task PreviewAsync_MasterInstalledAnew_TakesItsOwnPlace()
    {
        var plan = (await _service.PreviewAsync(new ReplaceMaster(_cluster.Id, Samples.HostId(2), Samples.HostId(2), true, new DrainOptions()), Stop)).Plan;

        Assert.Equal("Replace master h2 of cluster blue with h2", plan.Title);
        Assert.Equal(["h1", "h3", "h2"], plan.Spec.ControlPlane.Select(m => m.HostName));
        Assert.Empty(plan.Spec.NotCleaned);
        Assert.DoesNotContain(plan.Stages, s => s.Key is "clean-host" or "drain-node");
    }

    [Fact]
    public async Task PreviewAsync_MasterTakesItsOwnPlaceUnconfirmed_NamesTheField()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(new ReplaceMaster(_cluster.Id, Samples.HostId(2), Samples.HostId(2), false, new DrainOptions()), Stop));

        Assert.Equal("with", Assert.Single(e.Errors).Field);
    }
}
