namespace ClusterPanel.Core.Auditing;

/// <summary>One line of the audit log: who did what to what. It never holds a secret, and is never changed.</summary>
public sealed class AuditEntry
{
    /// <summary>The result of what was done.</summary>
    public const string Done = "done";

    /// <summary>The result of what was asked for and not allowed.</summary>
    public const string Denied = "denied";

    /// <summary>The result of what is about to be done outside the database.</summary>
    public const string AskedFor = "asked for";

    /// <summary>The result of what could not be done.</summary>
    public const string NotDone = "failed";

    /// <summary>Its number in the log, given by the database.</summary>
    public long Number { get; init; }

    /// <summary>When, by the clock of the panel's machine; set when it is stored.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Name of the account.</summary>
    public required string User { get; init; }

    /// <summary>Name of the token that was used, or null.</summary>
    public string? Token { get; init; }

    /// <summary>Network address the request came from, or null.</summary>
    public string? From { get; init; }

    /// <summary>What, as "host.add".</summary>
    public required string Action { get; init; }

    /// <summary>To what, in words an operator knows it by.</summary>
    public required string Target { get; init; }

    /// <summary>How it was, or null.</summary>
    public string? Before { get; init; }

    /// <summary>How it became, or null.</summary>
    public string? After { get; init; }

    /// <summary><see cref="Done"/>, or why not.</summary>
    public required string Result { get; init; }
}
