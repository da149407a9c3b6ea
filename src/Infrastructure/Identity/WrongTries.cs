namespace ClusterPanel.Infrastructure.Identity;

/// <summary>Counts wrong tries of the last minute.</summary>
internal sealed class WrongTries(TimeProvider time)
{
    private const int Allowed = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Queue<long> _tries = new();

    public bool TooMany
    {
        get
        {
            lock (_tries)
            {
                while (_tries.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= Window)
                {
                    _tries.Dequeue();
                }

                return _tries.Count >= Allowed;
            }
        }
    }

    public void Add()
    {
        lock (_tries)
        {
            _tries.Enqueue(time.GetTimestamp());
        }
    }
}
