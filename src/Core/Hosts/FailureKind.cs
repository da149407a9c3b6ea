namespace ClusterPanel.Core.Hosts;

/// <summary>What a failure asks for.</summary>
public enum FailureKind
{
    /// <summary>Trying again without a change is pointless and nothing more is known.</summary>
    Permanent,

    /// <summary>The way to the host is broken, or the host was switched off while it worked; tried again by itself, with back-off and a limit.</summary>
    Network,

    /// <summary>Host key, login or sudo refused; not tried again, the operator must change something.</summary>
    Authentication,

    /// <summary>A setting is wrong; not tried again.</summary>
    Configuration,

    /// <summary>Something else works there just now, or its disk is full; waits, with a limit.</summary>
    Busy,

    /// <summary>The host belongs to another panel or cluster; not tried again, an administrator may take it over.</summary>
    Foreign,
}
