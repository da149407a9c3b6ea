namespace ClusterPanel.Core.Deployments;

/// <summary>Pauses between tries: 2, 4, 8, then 15 seconds, for ten minutes after the first failure. A try that
/// went well for five minutes, longer than any single command may hang, ends the count: the next failure is a first one.</summary>
internal sealed class BackOff(TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Recovered = TimeSpan.FromMinutes(5);

    private int _count;
    private DateTimeOffset _tryBegan;

    /// <summary>When no further try begins.</summary>
    public DateTimeOffset Deadline { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>How long to wait before the next try, or null when there is to be none.</summary>
    public TimeSpan? Next()
    {
        var now = time.GetUtcNow();
        _count = now - _tryBegan > Recovered ? 1 : _count + 1;
        if (_count == 1)
        {
            Deadline = now + Limit;
        }

        var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, _count), Longest.TotalSeconds));
        _tryBegan = now + wait;
        return _tryBegan > Deadline ? null : wait;
    }
}
