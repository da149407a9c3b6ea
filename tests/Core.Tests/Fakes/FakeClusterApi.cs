using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>A cluster that answers what the test says.</summary>
internal sealed class FakeClusterApi : IClusterApi
{
    public Task<ClusterState> ReadAsync(Cluster cluster, CancellationToken cancellationToken) => Task.FromResult(new ClusterState([.. Nodes], "h1", Samples.Now));

    /// <summary>What it lists.</summary>
    public List<NodeState> Nodes { get; } = [];

    /// <summary>What the cluster says it is, or null when it does not answer.</summary>
    public RunningConfiguration? Running { get; set; } = new(KubernetesVersion.Parse(Samples.OldVersion), "apiserver.cluster.local:6443", "100.64.0.0/10", "10.96.0.0/16", "cluster.local");

    /// <summary>What was changed, as "h1 schedulable".</summary>
    public List<string> Changes { get; } = [];

    /// <summary>When false, no master answers a change.</summary>
    public bool Answers { get; set; } = true;

    public Task SetSchedulableAsync(Cluster cluster, string node, bool schedulable, CancellationToken cancellationToken)
    {
        if (!Answers)
        {
            throw new HostUnreachableException(cluster.Name, "No master answers.");
        }

        Changes.Add($"{node} {(schedulable ? "schedulable" : "cordoned")}");
        return Task.CompletedTask;
    }

    public Task<RunningConfiguration> ReadConfigurationAsync(Cluster cluster, CancellationToken cancellationToken) =>
        Running is null ? throw new HostUnreachableException(cluster.Name, "No master answers.") : Task.FromResult(Running);
}
