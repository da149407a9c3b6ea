namespace ClusterPanel.Core;

/// <summary>What was asked for is not done, for a reason that is fit for whoever asked.</summary>
public abstract class RefusedException : Exception
{
    /// <summary>Makes it.</summary>
    protected RefusedException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
