using ClusterPanel.Core.Steps;

namespace ClusterPanel.Core.Deployments;

/// <summary>All steps by key.</summary>
public sealed class StepCatalog
{
    private readonly Dictionary<string, IStep> _steps;

    /// <summary>Makes the catalog of the steps given.</summary>
    public StepCatalog(IEnumerable<IStep> steps) => _steps = steps.ToDictionary(s => s.Key);

    /// <summary>The steps the panel has.</summary>
    public static StepCatalog Default { get; } = new(
    [
        new ClaimHost(), new KernelSettings(), new SwapOff(), new ApiServerName(), new SendPackage(), new ContainerRuntime(), new KubernetesBinaries(),
        new ImportImages(), new KubeadmInit(), new PodNetwork(), new JoinControlPlane(), new InstallLoadBalancer(), new JoinWorker(), new Kubectl(),
        new KubeletCertificate(), new VerifyNode(), new VerifyCluster(), new DrainNode(), new SnapshotEtcd(), new RemoveEtcdMember(), new DeleteNode(), new CleanHost(),
        new NodeServices(), new RegisterNode(), new RenewMasterCertificates(), new ApiServerNames(),
    ]);

    /// <summary>Their keys.</summary>
    public IEnumerable<string> Keys => _steps.Keys;

    /// <summary>The step with a key.</summary>
    /// <exception cref="InvalidOperationException">A stored plan names a step this version does not know.</exception>
    public IStep Find(string key) =>
        _steps.TryGetValue(key, out var step) ? step : throw new InvalidOperationException($"This version of the panel does not know the step \"{key}\" of the stored plan.");
}
