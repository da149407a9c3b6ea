namespace ClusterPanel.Core.Preflight;

/// <summary>The table of a preflight: hosts × checks.</summary>
/// <param name="Checks">Titles of the checks: the columns.</param>
/// <param name="Rows">One per host.</param>
public sealed record PreflightReport(IReadOnlyList<string> Checks, IReadOnlyList<PreflightRow> Rows)
{
    /// <summary>True when nothing failed.</summary>
    public bool Passed => Rows.All(r => r.Results.All(c => c.Verdict != Verdict.Failed));
}
