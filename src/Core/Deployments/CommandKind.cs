namespace ClusterPanel.Core.Deployments;

/// <summary>What a planned command does to a host.</summary>
public enum CommandKind
{
    /// <summary>Reads only; needs no fencing and may be run at any time.</summary>
    Look,

    /// <summary>Changes something in a moment; runs under the host's lock with the fencing token checked.</summary>
    Change,

    /// <summary>Changes something and takes long or must not be cut: runs detached under a systemd unit, fenced the same way.</summary>
    Detached,

    /// <summary>Sends a file from the panel.</summary>
    Upload,
}
