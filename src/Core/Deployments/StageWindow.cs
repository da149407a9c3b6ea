namespace ClusterPanel.Core.Deployments;

/// <summary>The sliding window of a stage while it runs: so many hosts at once, in the order they come.</summary>
internal sealed class StageWindow(Stage stage) : IDisposable
{
    private readonly SemaphoreSlim _free = new(stage.Width, stage.Width);

    public Stage Stage => stage;

    /// <summary>Why the first host that failed did.</summary>
    public string? Failure { get; set; }

    /// <summary>Where hosts go one by one (masters), nothing new is begun after a failure.</summary>
    public bool IsClosed => stage.Width == 1 && Failure is not null;

    public StageHost? Find(Guid host) => stage.Hosts.FirstOrDefault(h => h.Member.HostId == host);

    public Task EnterAsync(CancellationToken cancellationToken) => _free.WaitAsync(cancellationToken);

    public void Leave() => _free.Release();

    public void Dispose() => _free.Dispose();
}
