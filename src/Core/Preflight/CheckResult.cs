namespace ClusterPanel.Core.Preflight;

/// <summary>One check on one host.</summary>
/// <param name="Verdict">What it says.</param>
/// <param name="Measured">The measured value: "3 CPUs", "0.2 s behind".</param>
/// <param name="Fix">What to do when it is not fine; null when it is.</param>
public sealed record CheckResult(Verdict Verdict, string Measured, string? Fix = null);
