using System.Text.Json;

namespace ClusterPanel.EndToEnd.Faults;

/// <summary>
/// A folder that a test and the panels it starts share: the points, and one file for each point that was reached, so that a
/// restarted panel does not stop at the same place again.
/// </summary>
public sealed class FaultPlan(string folder)
{
    /// <summary>Environment variable that names the folder.</summary>
    public const string Variable = "CLUSTERPANEL_FAULTS";

    private string PointsFile => Path.Combine(folder, "points.json");

    /// <summary>Writes what is going to happen.</summary>
    public void Write(IReadOnlyList<FaultPoint> points) => File.WriteAllText(PointsFile, JsonSerializer.Serialize(points));

    /// <summary>All points.</summary>
    public IReadOnlyList<FaultPoint> Read() => JsonSerializer.Deserialize<List<FaultPoint>>(File.ReadAllText(PointsFile))!;

    /// <summary>Notes that a point is reached; false when it was before.</summary>
    public bool TryReach(FaultPoint point)
    {
        try
        {
            using var file = new FileStream(ReachedFile(point), FileMode.CreateNew);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>When a point was reached, or null.</summary>
    public DateTimeOffset? ReachedAt(FaultPoint point) =>
        File.Exists(ReachedFile(point)) ? new DateTimeOffset(File.GetLastWriteTimeUtc(ReachedFile(point)), TimeSpan.Zero) : null;

    /// <summary>Lets a panel that waits at the point go on.</summary>
    public void Release(FaultPoint point) => File.WriteAllText(ReleasedFile(point), "");

    /// <summary>True when a panel that waits at the point may go on.</summary>
    public bool IsReleased(FaultPoint point) => File.Exists(ReleasedFile(point));

    /// <summary>Notes how a command ended that was sent late.</summary>
    public void Note(FaultPoint point, int exitCode) => File.WriteAllText(ExitFile(point), $"{exitCode}");

    /// <summary>How the late command ended, or null.</summary>
    public int? ExitCode(FaultPoint point) => File.Exists(ExitFile(point)) && int.TryParse(File.ReadAllText(ExitFile(point)), out var code) ? code : null;

    private string ExitFile(FaultPoint point) => Path.Combine(folder, point.Name + ".exit");

    private string ReachedFile(FaultPoint point) => Path.Combine(folder, point.Name + ".reached");

    private string ReleasedFile(FaultPoint point) => Path.Combine(folder, point.Name + ".released");
}
