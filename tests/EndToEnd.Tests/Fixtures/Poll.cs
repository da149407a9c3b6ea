namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Waits for conditions, with a deadline.</summary>
internal static class Poll
{
    /// <summary>Polls until the condition holds; fails, naming it, when it does not in time.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan limit) => UntilAsync(condition, () => Task.FromResult(what), limit);

    /// <summary>The same, with a description that is asked for only when the time is over.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<Task<string>> what, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            while (!await condition())
            {
                await timer.WaitForNextTickAsync(timeout.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Not within {limit.TotalSeconds:0} s: {await what()}");
        }
    }
}
