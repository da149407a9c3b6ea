namespace ClusterPanel.Core.Access;

/// <summary>Somebody asked for what they may not have.</summary>
/// <param name="known">True when the asker is known and may too little; false when nobody is signed in.</param>
/// <param name="message">For the asker.</param>
public sealed class AccessDeniedException(bool known, string message) : RefusedException(message)
{
    /// <summary>True when the asker is known and may too little; false when nobody is signed in.</summary>
    public bool Known => known;
}
