using ClusterPanel.Core.Access;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Web.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>
/// Something of everything: hosts with and without a cluster, a package, the cluster "prod" that is ready and was left by "left1"
/// without being cleaned, and the cluster "half" whose creation failed.
/// </summary>
internal sealed class PanelSeed(IServiceProvider services, CancellationToken stop)
{
    public const string EvesPassword = "another long password";

    private readonly Dictionary<string, string> _ids = [];

    private IHostStore Hosts => services.GetRequiredService<IHostStore>();

    private IDeploymentStore Journal => services.GetRequiredService<IDeploymentStore>();

    private IClusterStore Clusters => services.GetRequiredService<IClusterStore>();

    /// <summary>Plants it.</summary>
    /// <returns>Identities by name.</returns>
    public async Task<IReadOnlyDictionary<string, string>> PlantAsync()
    {
        var credential = new Credential { Name = "root password", User = "root", Kind = CredentialKind.Password };
        await services.GetRequiredService<ICredentialStore>().AddAsync(credential, new CredentialSecrets { Password = "canary-5d1f" }, Samples.Seeded, stop);
        var spare = new Credential { Name = "spare", User = "root", Kind = CredentialKind.Password };
        await services.GetRequiredService<ICredentialStore>().AddAsync(spare, new CredentialSecrets { Password = "canary-5d1f" }, Samples.Seeded, stop);
        var package = Samples.Package();
        await services.GetRequiredService<IPackageStore>().AddAsync(package, Samples.Seeded, stop);
        string[] names = ["master1", "master2", "master3", "worker1", "worker2", "left1", "spare1", "spare2", "half1", "half2"];
        string[] addresses = ["10.0.0.11", "10.0.0.12", "10.0.0.13", "10.0.0.21", "10.0.0.22", "10.0.0.23", "10.0.0.31", "10.0.0.32", "10.0.0.41", "10.0.0.42"];
        List<Host> hosts = [.. names.Zip(addresses, (n, a) => Samples.Usable(n, a, credential.Id)), new Host { Name = "new1", Address = "10.0.0.51", CredentialId = credential.Id, SeenKey = FakeSessions.KeyOf("10.0.0.51") }];
        await Hosts.AddAsync(hosts, Samples.Seeded, stop);
        foreach (var host in hosts)
        {
            _ids[host.Name] = host.Id.ToString();
        }

        await services.GetRequiredService<IAccountStore>().AddAsync("eve", EvesPassword, Role.Viewer, Samples.Seeded, stop);
        var accounts = await services.GetRequiredService<IAccountStore>().ListAsync(stop);
        (_ids["credential"], _ids["spare"], _ids["package"], _ids["eve"]) = (credential.Id.ToString(), spare.Id.ToString(), package.Id.ToString(), accounts.Single(a => a.Name == "eve").Id);
        await PlantReadyAsync(hosts, package);
        await PlantFailedAsync(hosts, package);
        return _ids;
    }

    private async Task PlantReadyAsync(List<Host> hosts, OfflinePackage package)
    {
        var (lease, plan) = await BeginAsync("prod", package, hosts[..3], hosts[3..6]);
        var left = plan.Spec.Members.Single(m => m.HostName == "left1");
        await Journal.SucceedAsync(lease, plan.Spec with { Members = [.. plan.Spec.Members.Where(m => m != left)], NotCleaned = [left] }, null, stop);
        await Clusters.SaveKubeconfigAsync(lease.ClusterId, "    server: https://10.0.0.11:6443\n", stop);
        (_ids["prod"], _ids["done"]) = (lease.ClusterId.ToString(), lease.DeploymentId.ToString());
    }

    // It failed because another panel claims its worker: that can be tried again, left out, and taken over.
    private async Task PlantFailedAsync(List<Host> hosts, OfflinePackage package)
    {
        var (lease, plan) = await BeginAsync("half", package, hosts[8..9], hosts[9..10]);
        await Journal.AddAttemptAsync(
            lease,
            new Attempt
            {
                DeploymentId = lease.DeploymentId,
                Stage = plan.Stages[0].Key,
                HostId = hosts[9].Id,
                Number = 1,
                Status = StepStatus.Failed,
                StartedAt = Samples.Noon,
                EndedAt = Samples.Noon,
                Failure = new StepFailure(FailureKind.Foreign, "It belongs to another panel."),
            },
            stop);
        await Journal.FinishAsync(lease, DeploymentStatus.Failed, "half2 belongs to another panel.", stop);
        (_ids["half"], _ids["failed"]) = (lease.ClusterId.ToString(), lease.DeploymentId.ToString());
    }

    private async Task<(Lease Lease, Plan Plan)> BeginAsync(string name, OfflinePackage package, List<Host> masters, List<Host> workers)
    {
        var service = new DeploymentService(new FakeAccess(), Journal, Hosts, services.GetRequiredService<IPackageStore>(), Clusters, TimeProvider.System);
        var request = new ClusterRequest { Name = name, PackageId = package.Id, MasterHostIds = [.. masters.Select(h => h.Id)], WorkerHostIds = [.. workers.Select(h => h.Id)] };
        var preview = await service.PreviewAsync(request, stop);
        await service.StartAsync(request, preview.Hash, stop);
        return ((await Journal.ClaimAsync("seed", stop))!, preview.Plan);
    }
}
