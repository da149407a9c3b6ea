using ClusterPanel.Core;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.EndToEnd.Tests.Fixtures;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>Creating a cluster on lab hosts over OpenSSH, with the stand-in package: what can go wrong on the way.</summary>
public sealed class CreateClusterTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task Create_FailureInTheMiddle_RetryContinuesWithoutRepeatingWhatSucceeded()
    {
        await using var scenario = await Scenario.BeginAsync(3);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        await scenario.Lab.SetFaultAsync("h3", "join: fail");
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 3, Scenario.StandIn!));

        var failed = await scenario.EndsAsync(deployment, DeploymentStatus.Failed, Limit);
        var first = await scenario.Backend.Journal.ListAttemptsAsync(deployment.Id, None);
        var failure = Assert.Single(first, a => a.Status == StepStatus.Failed);
        await scenario.Lab.RunAsync("h3", "rm /etc/stand-in/faults");
        await scenario.Backend.Deployments.RetryAsync(deployment.Id, null, None);
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        Assert.Contains("h3", failed.Reason, StringComparison.Ordinal);
        Assert.Equal("join-control-plane", failure.Stage);
        Assert.Equal("kubeadm join as a master", failure.Failure!.Command);
        Assert.NotEqual(0, failure.Failure.ExitCode);
        Assert.Contains(failure.Failure.LastLines, l => l.Contains("made to fail", StringComparison.Ordinal));
        Assert.Contains(failure.Failure.Evidence, e => e.Title == "journal of kubelet");
        var second = await scenario.Backend.Journal.ListAttemptsAsync(deployment.Id, None);
        Assert.All(second.GroupBy(a => (a.Stage, a.HostId)), g => Assert.Single(g, a => a.Status == StepStatus.Succeeded));
        Assert.Equal(2, second.Count(a => a.Stage == "join-control-plane" && a.HostId == failure.HostId));
        await scenario.LogAsync(deployment);
    }

    [Fact]
    public async Task Create_PanelKilledInTheMiddle_GoesOnAfterTheRestart()
    {
        // The crash matrix has the same faults every day.
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var scenario = await Scenario.BeginAsync(3);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        await scenario.Lab.SetFaultAsync("h1", "init: slow=8");
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 1, Scenario.StandIn!));

        await scenario.UntilAsync(deployment, (_, attempts) => attempts.Any(a => a.Stage == "kubeadm-init"), Limit);
        await scenario.UntilHostAsync("h1", "ls /var/lib/clusterpanel/run/*kubeadm-init*init/boot", Limit);
        await scenario.Panel.KillAsync();
        await scenario.Panel.StartAsync();
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        // One unit ran init, and its output is in the log once and whole.
        Assert.Equal("1", (await scenario.Lab.RunAsync("h1", "ls -d /var/lib/clusterpanel/run/*kubeadm-init*init | wc -l")).Trim());
        var log = await scenario.LogAsync(deployment);
        var printed = (await scenario.Lab.RunAsync("h1", "cat /var/lib/clusterpanel/run/*kubeadm-init*init/out")).TrimEnd('\n').Split('\n');
        var stored = log.Where(l => l is { Stage: "kubeadm-init", Stream: LineSource.Output }).Select(l => l.Text).ToList();
        Assert.Equal(printed, stored);
        Assert.Contains(log, l => l.Text.Contains("goes on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_NonRootUserWithSudoPassword_IsVerified()
    {
        // Such a user makes the real cluster every day.
        Assert.SkipWhen(Scenario.Real is not null && Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var scenario = await Scenario.BeginAsync(2);
        var credential = await scenario.Backend.Credentials.AddAsync("ops", "ops", CredentialKind.Password, new CredentialSecrets { Password = scenario.Password, SudoPassword = scenario.Password }, None);
        var hosts = await scenario.AddHostsAsync(credential);
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 1, Scenario.StandIn!));

        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        Assert.All(hosts, h => Assert.Null(h.LastError));
        Assert.DoesNotContain(await scenario.LogAsync(deployment), l => l.Text.Contains(scenario.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_WrongPassword_FailsAtOnceAndSaysWhatToChange()
    {
        await using var scenario = await Scenario.BeginAsync(1);
        var credential = await scenario.RootPasswordAsync();
        var hosts = await scenario.AddHostsAsync(credential);
        var request = await scenario.RequestAsync(hosts, 1, Scenario.StandIn!);
        await scenario.Lab.RunAsync("h1", "echo root:another | chpasswd");

        var deployment = await scenario.StartAsync(request);
        var failed = await scenario.EndsAsync(deployment, DeploymentStatus.Failed, TimeSpan.FromMinutes(1));
        var attempt = Assert.Single(await scenario.Backend.Journal.ListAttemptsAsync(deployment.Id, None));
        var stored = Assert.Single(await scenario.Backend.Credentials.ListAsync(None));
        await scenario.Backend.Credentials.UpdateAsync(stored, new CredentialSecrets { Password = "another" }, None);
        await scenario.Backend.Deployments.RetryAsync(deployment.Id, null, None);
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        Assert.Equal(FailureKind.Authentication, attempt.Failure!.Kind);
        Assert.Contains("password", failed.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Create_ChangedHostKey_StopsUntilTheNewKeyIsApproved()
    {
        await using var scenario = await Scenario.BeginAsync(1);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        var request = await scenario.RequestAsync(hosts, 1, Scenario.StandIn!);
        await scenario.Lab.RunAsync("h1", "rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh");

        var deployment = await scenario.StartAsync(request);
        await scenario.EndsAsync(deployment, DeploymentStatus.Failed, TimeSpan.FromMinutes(1));
        var attempt = Assert.Single(await scenario.Backend.Journal.ListAttemptsAsync(deployment.Id, None));
        var seen = await scenario.Backend.Hosts.ReadKeyAsync(hosts[0].Id, None);
        var unasked = await Assert.ThrowsAsync<ConflictException>(() => scenario.Backend.Hosts.TrustAsync(hosts[0].Id, seen.SeenKey!.Fingerprint, false, None));
        await scenario.Backend.Hosts.TrustAsync(hosts[0].Id, seen.SeenKey!.Fingerprint, true, None);
        await scenario.Backend.Deployments.RetryAsync(deployment.Id, null, None);
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        Assert.Contains("replacing it must be asked for", unasked.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.Authentication, attempt.Failure!.Kind);
        Assert.Contains(hosts[0].TrustedKey!.Fingerprint, attempt.Failure.Message, StringComparison.Ordinal);
        Assert.NotEqual(hosts[0].TrustedKey, seen.SeenKey);
    }

    [Fact]
    public async Task Create_KubeletRefusesEtcdOnAJoiningMaster_IsNoticedAndMended()
    {
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var scenario = await Scenario.BeginAsync(3);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        await scenario.Lab.SetFaultAsync("h2", "kubelet: refuse-etcd");

        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 3, Scenario.StandIn!));
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        var mended = Assert.Single(await scenario.LogAsync(deployment), l => l.Text.Contains("kubelet refused the static pod of etcd", StringComparison.Ordinal));
        Assert.Equal(("join-control-plane", "h2"), (mended.Stage, mended.Host));
        Assert.All(await scenario.Backend.Journal.ListAttemptsAsync(deployment.Id, None), a => Assert.Equal((1, StepStatus.Succeeded), (a.Number, a.Status)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Create_SecondMasterIsLostRightAfterItsMemberWasAnnounced_QuorumIsRegained(bool real)
    {
        Assert.SkipWhen(real && Scenario.Real is null, "needs a real Kubernetes package: set CLUSTERPANEL_KUBE_PACKAGE");
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var scenario = await Scenario.BeginAsync(3);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());

        // kubeadm announces the member and then writes etcd's manifest, which it cannot.
        const string Manifests = "/etc/kubernetes/manifests";
        await scenario.Lab.RunAsync("h2", $"mkdir -p {Manifests}; mount -t tmpfs -o size=64k tmpfs {Manifests}");
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 3, real ? Scenario.Real! : Scenario.StandIn!));
        await scenario.UntilHostAsync("h2", $"[ -s {Manifests}/kube-scheduler.yaml ] && {{ cat /dev/zero > {Manifests}/fill 2>/dev/null || :; }}", TimeSpan.FromMinutes(15));
        await scenario.UntilHostAsync("h1", $"{LabHosts.Etcdctl} member list | grep unstarted", TimeSpan.FromMinutes(10));
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, TimeSpan.FromMinutes(15));

        Assert.Contains(await scenario.LogAsync(deployment), l => l.Host == "h2" && l.Text.StartsWith("etcd on h1 has lost its quorum", StringComparison.Ordinal));
        Assert.NotEqual("0", (await scenario.Lab.RunAsync("h1", "stat -c %s /var/lib/clusterpanel/snapshots/before-beginning-anew.db")).Trim());
        Assert.False(await scenario.Lab.TryAsync("h1", "grep force-new-cluster /etc/kubernetes/manifests/etcd.yaml"));
    }

    [Fact]
    public async Task Create_ThirdMastersJoinDiesAfterItsMemberWasAnnounced_MemberIsRemovedAndJoinRunAgain()
    {
        await using var scenario = await Scenario.BeginAsync(3);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        await KubeadmWitness.InstallAsync(scenario.Lab, "h3");
        await scenario.Lab.SetFaultAsync("h3", "join: die-after=member-add");

        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 3, Scenario.StandIn!));
        await scenario.UntilHostAsync("h3", "grep ' 137$' /var/log/kubeadm-runs", Limit);
        await scenario.Lab.RunAsync("h3", "rm /etc/stand-in/faults");
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        Assert.Contains(await scenario.LogAsync(deployment), l => l.Host == "h3" && l.Text.StartsWith("A half-done join was found", StringComparison.Ordinal));
        Assert.Equal(new KubeadmWitness(Started: 2, Succeeded: 1, Undone: 1, Overlapped: false), await KubeadmWitness.ReadAsync(scenario.Lab, "h3"));
        var members = (await scenario.Lab.RunAsync("h1", $"{LabHosts.Etcdctl} member list")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, members.Length);
        Assert.All(members, m => Assert.Contains(", started,", m, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_HostUnreachableForAWhile_WaitsAndGoesOnByItself()
    {
        // The crash matrix has the same faults every day.
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var scenario = await Scenario.BeginAsync(2);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        var request = await scenario.RequestAsync(hosts, 1, Scenario.StandIn!);
        await scenario.Lab.DoAsync("cut", "h2");

        var deployment = await scenario.StartAsync(request);
        await scenario.UntilAsync(deployment, (_, attempts) => attempts.Any(a => a.Activity?.Contains("Tries again", StringComparison.Ordinal) == true), TimeSpan.FromMinutes(2));
        await scenario.Lab.DoAsync("mend", "h2");
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        Assert.Contains(await scenario.LogAsync(deployment), l => l.Host == "h2" && l.Text.Contains("Tries again", StringComparison.Ordinal));
    }
}
