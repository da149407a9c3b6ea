namespace ClusterPanel.Core.Access;

/// <summary>What somebody may do; each role may do what the ones before it may.</summary>
public enum Role
{
    /// <summary>See everything but secrets.</summary>
    Viewer,

    /// <summary>Work with hosts, credentials, packages and clusters.</summary>
    Operator,

    /// <summary>Decide who may do what, read the audit log, take hosts over from another panel.</summary>
    Administrator,
}
