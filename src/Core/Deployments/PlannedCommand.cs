namespace ClusterPanel.Core.Deployments;

/// <summary>A command as the plan shows it and as it is run.</summary>
/// <param name="Key">Name within its step.</param>
/// <param name="Kind">Whether it only looks, or changes something.</param>
/// <param name="Sentence">What it does, for people.</param>
/// <param name="Script">The exact POSIX shell text. Contains no secret.</param>
public sealed record PlannedCommand(string Key, CommandKind Kind, string Sentence, string Script)
{
    /// <summary>What the command gets on standard input at run time, for people ("the join configuration, with its token"), or null.</summary>
    public string? Input { get; init; }

    /// <summary>Where it runs when that is not the stage's own host.</summary>
    public bool OnControlPlane { get; init; }

    /// <summary>How long it may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A command that only reads.</summary>
    public static PlannedCommand Look(string key, string sentence, string script) => new(key, CommandKind.Look, sentence, script);

    /// <summary>A short changing command.</summary>
    public static PlannedCommand Change(string key, string sentence, string script) => new(key, CommandKind.Change, sentence, script);

    /// <summary>A long changing command.</summary>
    public static PlannedCommand Detached(string key, string sentence, string script, int minutes) =>
        new(key, CommandKind.Detached, sentence, script) { Timeout = TimeSpan.FromMinutes(minutes) };
}
