namespace ClusterPanel.Web.Components.Controls;

/// <summary>What an operator has to know first about a host.</summary>
public enum HostCondition
{
    /// <summary>It was never reached: no key to approve.</summary>
    KeyNotRead,

    /// <summary>Its key was read and waits for the operator.</summary>
    WaitsForApproval,

    /// <summary>It shows another key than the approved one.</summary>
    KeyChanged,

    /// <summary>The last contact failed.</summary>
    Failing,

    /// <summary>Approved, but its facts were not read yet.</summary>
    NoFacts,

    /// <summary>Approved and known.</summary>
    Usable,
}
