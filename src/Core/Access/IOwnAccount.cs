using ClusterPanel.Core.Auditing;

namespace ClusterPanel.Core.Access;

/// <summary>What people change of their own accounts: the change and its entry in the audit log are stored together, or neither is.</summary>
public interface IOwnAccount
{
    /// <summary>Runs a change.</summary>
    /// <param name="entry">What the audit log says about it.</param>
    /// <param name="change">The change, through the same scope's user manager; false undoes what it did and leaves no entry.</param>
    /// <returns>What the change said.</returns>
    Task<bool> ChangeAsync(AuditEntry entry, Func<Task<bool>> change);
}
