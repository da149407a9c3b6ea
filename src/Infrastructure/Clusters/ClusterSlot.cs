namespace ClusterPanel.Infrastructure.Clusters;

/// <summary>The kept way of one cluster, used by one reader at a time, closed when nobody read for a while.</summary>
internal sealed class ClusterSlot : IAsyncDisposable
{
    private readonly TimeSpan _keep;
    private readonly ITimer _expiry;

    public ClusterSlot(TimeProvider time, TimeSpan keep)
    {
        _keep = keep;
        _expiry = time.CreateTimer(_ => _ = ExpireAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>Read and written inside <see cref="Gate"/> only.</summary>
    public ClusterWay? Way { get; set; }

    /// <summary>What each master last said, null when it answered; inside <see cref="Gate"/> only.</summary>
    public Dictionary<string, string?> Refusals { get; } = [];

    /// <summary>Puts off the closing.</summary>
    public void Used() => _expiry.Change(_keep, Timeout.InfiniteTimeSpan);

    public async Task CloseAsync()
    {
        if (Way is { } way)
        {
            Way = null;
            await way.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _expiry.DisposeAsync();
        await Gate.WaitAsync();
        await CloseAsync();
        Gate.Dispose();
    }

    private async Task ExpireAsync()
    {
        // A reader who holds the gate will put the closing off by himself.
        if (await Gate.WaitAsync(TimeSpan.Zero))
        {
            try
            {
                await CloseAsync();
            }
            finally
            {
                Gate.Release();
            }
        }
    }
}
