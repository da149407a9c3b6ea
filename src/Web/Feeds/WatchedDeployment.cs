using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Feeds;

/// <summary>One deployment's poll loop and what it read.</summary>
internal sealed partial class WatchedDeployment(Guid id, IDeploymentStore store, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How often the log is asked for new lines.</summary>
    public static readonly TimeSpan LogInterval = TimeSpan.FromMilliseconds(300);

    // Stores wait for a database that is away; who looks at the page is told sooner.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Attempts carry evidence and are read whole: less often, and at once after a line of the panel itself, which tells of every change of state.
    private const int PollsPerState = 3;
    private const int Page = 2000;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly LogRing _ring = new(LogRing.Capacity);
    private readonly List<DeploymentWatch> _watches = [];
    private string? _stateMark;
    private bool _endFound;
    private long _after;

    public Guid Id => id;

    public DeploymentSnapshot? Snapshot { get; private set; }

    public bool NotFound { get; private set; }

    public string? Problem { get; private set; }

    public long LastSequence => Interlocked.Read(ref _after);

    public void Start() => _ = Task.Run(() => RunAsync(_stop.Token));

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    public void Add(DeploymentWatch watch)
    {
        lock (_lock)
        {
            _watches.Add(watch);
        }

        watch.Pulse();
    }

    /// <summary>True when nobody watches any more.</summary>
    public bool Remove(DeploymentWatch watch)
    {
        lock (_lock)
        {
            _watches.Remove(watch);
            return _watches.Count == 0;
        }
    }

    public IReadOnlyList<LogLine> LinesAfter(long sequence)
    {
        lock (_lock)
        {
            return _ring.After(sequence);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(LogInterval, time);
            var polls = 0;
            do
            {
                await PollAsync(polls++ % PollsPerState == 0, cancellationToken);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody watches any more.
        }
    }

    private async Task PollAsync(bool withState, CancellationToken cancellationToken)
    {
        bool changed;
        using var limit = new CancellationTokenSource(Patience, time);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var (lines, fromPanel) = await ReadLinesAsync(reading.Token);
            changed = lines | ((withState || fromPanel) && await ReadStateAsync(reading.Token)) | Problem is not null;
            Problem = null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The loop must outlive a database that is away for a while; the page says so.
            changed = Problem is null;
            Problem = "The panel cannot read this deployment just now; it goes on trying. What you see may be old.";
            LogFailed(logger, id, e);
        }

        if (changed)
        {
            lock (_lock)
            {
                _watches.ForEach(w => w.Pulse());
            }
        }
    }

    private async Task<(bool Any, bool FromPanel)> ReadLinesAsync(CancellationToken cancellationToken)
    {
        if (!_endFound)
        {
            // Sequence numbers have no gaps: steps of a whole ring lead close to the end without reading what would be dropped again.
            while ((await store.ReadLogAsync(id, new LogQuery(_after + LogRing.Capacity, 1), cancellationToken)).Count > 0)
            {
                Interlocked.Add(ref _after, LogRing.Capacity);
            }

            Interlocked.Exchange(ref _after, Math.Max(0, _after - LogRing.Capacity));
            _endFound = true;
        }

        var (any, fromPanel) = (false, false);
        while (true)
        {
            var lines = await store.ReadLogAsync(id, new LogQuery(_after, Page), cancellationToken);
            if (lines.Count > 0)
            {
                lock (_lock)
                {
                    _ring.Append(lines);
                }

                Interlocked.Exchange(ref _after, lines[^1].Sequence);
                (any, fromPanel) = (true, fromPanel || lines.Any(l => l.Stream == LineSource.Panel));
            }

            if (lines.Count < Page)
            {
                return (any, fromPanel);
            }
        }
    }

    private async Task<bool> ReadStateAsync(CancellationToken cancellationToken)
    {
        var deployment = await store.FindAsync(id, cancellationToken);
        if (deployment is null)
        {
            var news = !NotFound;
            (NotFound, Snapshot) = (true, null);
            return news;
        }

        var plan = Snapshot?.Plan ?? await store.ReadPlanAsync(id, cancellationToken);
        var attempts = await store.ListAttemptsAsync(id, cancellationToken);
        var requests = await store.ListRequestsAsync(id, cancellationToken);
        var mark = Mark(deployment, attempts, requests.Count);
        if (mark == _stateMark)
        {
            return false;
        }

        _stateMark = mark;
        Snapshot = new DeploymentSnapshot(deployment, plan, attempts, requests);
        return true;
    }

    private static string Mark(Deployment deployment, IReadOnlyList<Attempt> attempts, int requests) =>
        $"{deployment.Status} {deployment.StartedAt:O} {deployment.EndedAt:O} {deployment.Reason} {requests}\n" +
        string.Join('\n', attempts.Select(a => $"{a.Id} {a.Status} {a.EndedAt:O} {a.Activity} {a.Failure?.Evidence.Count}"));

    [LoggerMessage(1, LogLevel.Warning, "Deployment {Deployment} cannot be read for its watchers")]
    private static partial void LogFailed(ILogger logger, Guid deployment, Exception exception);
}
