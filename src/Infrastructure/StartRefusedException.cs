namespace ClusterPanel.Infrastructure;

/// <summary>The panel cannot start. The message is one sentence for the operator: what is wrong and what to do about it.</summary>
public sealed class StartRefusedException : Exception
{
    public StartRefusedException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
