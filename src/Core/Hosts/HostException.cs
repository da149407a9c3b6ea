namespace ClusterPanel.Core.Hosts;

/// <summary>Something between us and a host went wrong. The message is a sentence an operator can act on.</summary>
public abstract class HostException : Exception
{
    /// <summary>Makes it.</summary>
    protected HostException(string hostName, string message, Exception? inner = null) : base(message, inner) => HostName = hostName;

    /// <summary>The inventory name (or address) of the host.</summary>
    public string HostName { get; }

    /// <summary>What kind of failure it is; decides whether it is tried again.</summary>
    public abstract FailureKind Kind { get; }
}
