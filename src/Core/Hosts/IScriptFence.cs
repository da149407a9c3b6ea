namespace ClusterPanel.Core.Hosts;

/// <summary>What goes before a script that changes something on a host, so that only the one who may does it.</summary>
public interface IScriptFence
{
    /// <summary>The script behind a lock and a comparison of who may write.</summary>
    string Guard(string script);

    /// <summary>The script behind the comparison alone, for what lasts too long to hold the lock.</summary>
    string Check(string script);
}
