namespace ClusterPanel.EndToEnd.Faults;

/// <summary>What happens at a <see cref="FaultPoint"/>.</summary>
public enum FaultAction
{
    /// <summary>SIGKILL to the panel itself.</summary>
    Kill,

    /// <summary>SIGSTOP to the panel itself: it does not notice that time goes by.</summary>
    Freeze,

    /// <summary>The panel waits here until the test has done something from outside.</summary>
    Wait,
}
