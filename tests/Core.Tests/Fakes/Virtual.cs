using System.Collections.Concurrent;
using System.Diagnostics;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>
/// Runs asynchronous code on one thread. When nothing is left to do but wait, time goes on to the next timer: minutes of
/// back-off pass in milliseconds, and nothing depends on how fast the machine is.
/// </summary>
internal static class Virtual
{
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(2);

    // Flows with the execution context into all that the body starts: a thread that takes up or leaves such work counts itself.
    private static readonly AsyncLocal<Threads?> Working = new(change =>
    {
        change.PreviousValue?.Leave();
        change.CurrentValue?.Enter();
    });

    public static void Run(SteppingTime time, Func<Task> body)
    {
        var before = SynchronizationContext.Current;
        using var pump = new Pump();
        var threads = new Threads();
        SynchronizationContext.SetSynchronizationContext(pump);
        try
        {
            Working.Value = threads;
            var task = body();
            var progress = Stopwatch.StartNew();
            while (!task.IsCompleted)
            {
                // Work in the thread pool (SemaphoreSlim, CancelAsync) comes back here; time must not overtake it, be it queued or running.
                // The pump is looked at last: a thread that has left may have posted before.
                if (pump.RunOne(Idle) || (ThreadPool.PendingWorkItemCount == 0 && threads.OnlyThisOne && pump.IsEmpty && time.AdvanceToNext()))
                {
                    progress.Restart();
                }

                Assert.True(progress.Elapsed < Stuck, "Nothing happens any more, and no timer is set.");
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            Working.Value = null;
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private sealed class Threads
    {
        private int _count;

        /// <summary>No thread but the one that runs the pump works for the body.</summary>
        public bool OnlyThisOne => Volatile.Read(ref _count) == 1;

        public void Enter() => Interlocked.Increment(ref _count);

        public void Leave() => Interlocked.Decrement(ref _count);
    }

    private sealed class Pump : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

        public bool IsEmpty => _queue.Count == 0;

        public override void Post(SendOrPostCallback d, object? state)
        {
            try
            {
                _queue.Add((d, state));
            }
            catch (ObjectDisposedException)
            {
                // The test is over; nobody waits for this any more.
            }
        }

        public bool RunOne(TimeSpan wait)
        {
            if (!_queue.TryTake(out var work, wait))
            {
                return false;
            }

            work.Callback(work.State);
            return true;
        }

        public void Dispose() => _queue.Dispose();
    }
}
