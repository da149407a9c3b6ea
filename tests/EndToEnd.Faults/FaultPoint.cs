namespace ClusterPanel.EndToEnd.Faults;

/// <summary>A place in a deployment at which a panel process is disturbed, once.</summary>
/// <param name="Stage">Key of the stage.</param>
/// <param name="Host">Inventory name of the host.</param>
/// <param name="When">Where in the stage's work on that host.</param>
/// <param name="Action">What happens.</param>
public sealed record FaultPoint(string Stage, string Host, FaultMoment When, FaultAction Action)
{
    /// <summary>For <see cref="FaultMoment.During"/>: what the command's text contains.</summary>
    public string Command { get; init; } = "";

    /// <summary>For <see cref="FaultMoment.During"/>: how long the command has been running.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Name of the files by which panel and test tell each other.</summary>
    public string Name => $"{Stage}-{Host}-{When}-{Action}".ToLowerInvariant();
}
