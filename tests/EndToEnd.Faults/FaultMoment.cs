namespace ClusterPanel.EndToEnd.Faults;

/// <summary>Where in a stage's work on a host.</summary>
public enum FaultMoment
{
    /// <summary>The attempt is recorded, nothing was sent yet.</summary>
    Before,

    /// <summary>A command has been sent and runs on the host.</summary>
    During,

    /// <summary>Everything was done on the host, and that is about to be recorded.</summary>
    After,
}
