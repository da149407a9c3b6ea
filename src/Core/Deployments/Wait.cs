namespace ClusterPanel.Core.Deployments;

/// <summary>Something a step waits for. Never silent: what stands here is shown to the operator while it lasts.</summary>
/// <param name="What">What is waited for: "h2 to be Ready".</param>
/// <param name="Limit">How long at most.</param>
/// <param name="LikelyCause">What it most often is when it takes long.</param>
public sealed record Wait(string What, TimeSpan Limit, string LikelyCause);
