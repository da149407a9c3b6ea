namespace ClusterPanel.Core.Preflight;

/// <summary>What a check says.</summary>
public enum Verdict
{
    /// <summary>Fine.</summary>
    Ok,

    /// <summary>Works, but the operator should know.</summary>
    Warning,

    /// <summary>Creating a cluster would fail; must be fixed first.</summary>
    Failed,
}
