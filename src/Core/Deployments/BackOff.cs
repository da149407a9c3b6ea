namespace ClusterPanel.Core.Deployments;

/// <summary>Pauses between tries: 2, 4, 8, then 15 seconds, until a limit after the first failure. A try that
/// went well for five minutes longer than any single command may hang ends the count: the next failure is a first one.</summary>
/// <param name="time">The clock.</param>
/// <param name="limit">How long after the first failure a further try may begin.</param>
/// <param name="longest">The longest that a command of a try may hang.</param>
internal sealed class BackOff(TimeProvider time, TimeSpan limit, TimeSpan longest)
{
    /// <summary>The limit where the deployment cannot go on without the host.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    /// <summary>The limit where it can.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    // Only draining has a longer limit, which is that of many short turns.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(15);

    private readonly TimeSpan _recovered = TimeSpan.FromMinutes(5) + (longest < LongestTurn ? longest : LongestTurn);

    private int _count;
    private DateTimeOffset _tryBegan;

    /// <summary>The first failure.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>When no further try begins.</summary>
    public DateTimeOffset Deadline { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>How long to wait before the next try, or null when there is to be none.</summary>
    public TimeSpan? Next()
    {
        var now = time.GetUtcNow();
        _count = now - _tryBegan > _recovered ? 1 : _count + 1;
        if (_count == 1)
        {
            (Since, Deadline) = (now, now + limit);
        }

        var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, _count), Longest.TotalSeconds));
        _tryBegan = now + wait;
        return _tryBegan > Deadline ? null : wait;
    }
}
