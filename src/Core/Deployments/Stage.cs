namespace ClusterPanel.Core.Deployments;

/// <summary>One step on a set of hosts.</summary>
/// <param name="Key">Name of the stage, unique in the plan: letters, digits and hyphens; part of unit names on hosts.</param>
/// <param name="Step">Key of the step it runs (<see cref="IStep.Key"/>).</param>
/// <param name="Title">What it does, for people: "Join masters".</param>
/// <param name="Width">How many hosts at once; a sliding window, not batches.</param>
/// <param name="Hosts">The hosts in order, each with the commands it is going to see.</param>
public sealed record Stage(string Key, string Step, string Title, int Width, IReadOnlyList<StageHost> Hosts)
{
    /// <summary>
    /// True when a host goes on to this stage as soon as it is through the one before; false when it waits until all hosts are.
    /// </summary>
    public bool WithPrevious { get; init; }

    /// <summary>True when a host on which it fails is a warning: the deployment goes on and succeeds without it.</summary>
    public bool Optional { get; init; }
}
