using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Deployments;

/// <summary>What is shown of a failed step: what, where, why, and what next.</summary>
/// <param name="Kind">What the failure asks for.</param>
/// <param name="Message">What went wrong, as a sentence.</param>
public sealed record StepFailure(FailureKind Kind, string Message)
{
    /// <summary>What the failed command was to do, or null when no command failed.</summary>
    public string? Command { get; init; }

    /// <summary>The command's exit code, or null.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The last lines it printed.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];

    /// <summary>What was collected on the host afterwards: journals of kubelet, containerd and etcd, states of pods.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];
}
