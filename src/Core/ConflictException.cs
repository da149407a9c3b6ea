namespace ClusterPanel.Core;

/// <summary>What was asked for collides with what is there. The message says with what, and is fit for the operator.</summary>
public sealed class ConflictException : RefusedException
{
    /// <summary>Makes it.</summary>
    public ConflictException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
