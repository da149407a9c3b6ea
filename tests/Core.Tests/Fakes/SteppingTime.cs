using Microsoft.Extensions.Time.Testing;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>Time that stands still until it is told to go on to the next timer.</summary>
internal sealed class SteppingTime() : FakeTimeProvider(Samples.Now)
{
    private readonly Lock _gate = new();
    private readonly List<NotedTimer> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new NotedTimer(this, dueTime, period);
        timer.Begin(base.CreateTimer(s => { timer.Fired(); callback(s); }, state, dueTime, period));
        return timer;
    }

    /// <summary>Goes to the moment the next timer is due; false when nobody waits for anything.</summary>
    public bool AdvanceToNext()
    {
        DateTimeOffset? next;
        lock (_gate)
        {
            next = _timers.Min(t => t.Due);
        }

        if (next is not { } due)
        {
            return false;
        }

        var wait = due - GetUtcNow();
        Advance(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1));
        return true;
    }

    private sealed class NotedTimer(SteppingTime time, TimeSpan dueTime, TimeSpan period) : ITimer
    {
        private ITimer? _inner;

        public DateTimeOffset? Due { get; private set; } = After(time, dueTime);

        public void Begin(ITimer inner)
        {
            _inner = inner;
            lock (time._gate)
            {
                time._timers.Add(this);
            }
        }

        public void Fired() => Due = After(time, period);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = After(time, dueTime);
            return _inner!.Change(dueTime, period);
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
            }

            _inner?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private static DateTimeOffset? After(SteppingTime time, TimeSpan wait) => wait < TimeSpan.Zero ? null : time.GetUtcNow() + wait;
    }
}
