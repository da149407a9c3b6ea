using ClusterPanel.Core.Auditing;

namespace ClusterPanel.Core.Access;

/// <summary>Somebody who asks for something, as the database knows them at that moment.</summary>
/// <param name="Id">Identity of the account.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it may do now; a token never more than its owner.</param>
/// <param name="From">Network address the request came from, or null when there is none.</param>
/// <param name="Token">Name of the token that was used, or null for a browser.</param>
public sealed record Actor(string Id, string Name, Role Role, string? From, string? Token)
{
    /// <summary>The panel itself, for what its settings ask for.</summary>
    public static Actor Panel { get; } = new("", "panel", Role.Administrator, null, null);

    /// <summary>An entry of the audit log that says what they asked for in vain.</summary>
    /// <param name="target">What it was.</param>
    /// <param name="needed">The role it needs.</param>
    public AuditEntry WasDenied(string target, Role needed) =>
        new() { User = Name, Token = Token, From = From, Action = "access.denied", Target = target, Result = $"{AuditEntry.Denied}: needs {needed}, has {Role}" };

    /// <summary>An entry of the audit log that says what they did.</summary>
    /// <param name="action">What was done, as "host.add".</param>
    /// <param name="target">To what, in words an operator knows it by.</param>
    /// <param name="before">How it was, without secrets, or null.</param>
    /// <param name="after">How it is now, without secrets, or null.</param>
    public AuditEntry Did(string action, string target, string? before = null, string? after = null) => Entry(action, target, AuditEntry.Done, before, after);

    /// <summary>An entry that says what they asked for, where it is done outside the database and its outcome follows as another entry.</summary>
    /// <param name="action">What is to be done, as "node.uncordon".</param>
    /// <param name="target">To what, in words an operator knows it by.</param>
    public AuditEntry Asked(string action, string target) => Entry(action, target, AuditEntry.AskedFor, null, null);

    /// <summary>An entry that says what they asked for and could not be done.</summary>
    /// <param name="action">What was to be done.</param>
    /// <param name="target">To what.</param>
    /// <param name="why">Why not, without secrets.</param>
    public AuditEntry Failed(string action, string target, string why) => Entry(action, target, $"{AuditEntry.NotDone}: {why}", null, null);

    private AuditEntry Entry(string action, string target, string result, string? before, string? after) => new()
    {
        User = Name,
        Token = Token,
        From = From,
        Action = action,
        Target = target,
        Before = before,
        After = after,
        Result = result,
    };
}
