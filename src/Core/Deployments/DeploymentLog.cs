using System.Threading.Channels;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// The writer of one running deployment's log: redacts, batches and appends. Lines are written at the latest a tenth of a
/// second after they came. The queue is bounded: who writes faster than the database takes waits.
/// </summary>
public sealed class DeploymentLog : IAsyncDisposable
{
    private const int QueueLength = 5000;
    private const int BatchLength = 500;
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(100);

    private readonly IDeploymentStore _store;
    private readonly Lease _lease;
    private readonly TimeProvider _time;
    private readonly Channel<Entry> _queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly Task _pump;
    private volatile TaskCompletionSource _urgent = Urgent();
    private long _last;
    private Exception? _failure;

    private DeploymentLog(IDeploymentStore store, Lease lease, long last, TimeProvider time)
    {
        _last = last;
        _store = store;
        _lease = lease;
        _time = time;
        _pump = PumpAsync();
    }

    /// <summary>Begins writing under a lease, where the log ends.</summary>
    public static async Task<DeploymentLog> OpenAsync(IDeploymentStore store, Lease lease, TimeProvider time, CancellationToken cancellationToken) =>
        new(store, lease, await store.ReadLastSequenceAsync(lease.DeploymentId, cancellationToken), time);

    /// <summary>What is hidden before a line is stored.</summary>
    public Redactor Redactor { get; } = new();

    /// <summary>Queues a line.</summary>
    /// <param name="stage">Key of the stage, or empty.</param>
    /// <param name="host">Inventory name, or empty.</param>
    /// <param name="stream">Where the line came from.</param>
    /// <param name="text">Its text; line breaks in it make several lines.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    public async ValueTask WriteAsync(string stage, string host, LineSource stream, string text, CancellationToken cancellationToken)
    {
        foreach (var line in Redactor.Clean(text).Split('\n'))
        {
            await QueueAsync(new Entry([new NewLogLine(_time.GetUtcNow(), stage, host, stream, line.TrimEnd('\r'))], null, null), cancellationToken);
        }
    }

    /// <summary>Queues lines of a detached command with the offsets they end at, and returns when they are stored together.</summary>
    public async Task WriteAsync(IReadOnlyList<NewLogLine> lines, StreamOffsets offsets, CancellationToken cancellationToken)
    {
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await QueueAsync(new Entry([.. lines.Select(l => l with { Text = Redactor.Clean(l.Text) })], offsets, stored), cancellationToken);
        await stored.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Waits until everything queued before is stored.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await QueueAsync(new Entry([], null, stored), cancellationToken);
        _urgent.TrySetResult();
        await stored.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes what is queued and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _pump;
    }

    private async ValueTask QueueAsync(Entry entry, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(entry, cancellationToken);
        }
        catch (ChannelClosedException) when (_failure is not null)
        {
            throw _failure;
        }
    }

    private async Task PumpAsync()
    {
        var batch = new List<Entry>();
        try
        {
            while (await _queue.Reader.WaitToReadAsync())
            {
                // A short wait gathers what comes in bursts, unless somebody waits for it to be stored; a line is on screen within a second all the same.
                await Task.WhenAny(Task.Delay(FlushEvery, _time), _urgent.Task);
                if (_urgent.Task.IsCompleted)
                {
                    _urgent = Urgent();
                }

                while (batch.Sum(e => e.Lines.Count) < BatchLength && _queue.Reader.TryRead(out var entry))
                {
                    batch.Add(entry);
                }

                await StoreAsync(batch);
                batch.Clear();
            }
        }
        catch (Exception e)
        {
            // Whatever keeps the log from being written stops the deployment: work that leaves no trace must not go on.
            _failure = e;
            _queue.Writer.TryComplete(e);
            while (_queue.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            foreach (var entry in batch)
            {
                entry.Stored?.TrySetException(e);
            }
        }
    }

    private async Task StoreAsync(List<Entry> batch)
    {
        var lines = batch.SelectMany(e => e.Lines).ToList();
        var offsets = batch.Select(e => e.Offsets).OfType<StreamOffsets>().GroupBy(o => o.Unit).Select(g => g.Last()).ToList();
        if (lines.Count > 0 || offsets.Count > 0)
        {
            await _store.AppendLogAsync(_lease, _last + 1, lines, offsets, CancellationToken.None);
            _last += lines.Count;
        }

        foreach (var entry in batch)
        {
            entry.Stored?.TrySetResult();
        }
    }

    private static TaskCompletionSource Urgent() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Entry(IReadOnlyList<NewLogLine> Lines, StreamOffsets? Offsets, TaskCompletionSource? Stored);
}
