using System.Text;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Looks again and again at the arguments and environments of all processes of this machine, those of the lab's hosts among them.</summary>
internal sealed class ProcessWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _seen = [];
    private readonly Task _task;

    public ProcessWatch() => _task = Task.Run(RunAsync);

    /// <summary>How many different texts were seen.</summary>
    public int Count => _seen.Count;

    /// <summary>Ends it.</summary>
    /// <returns>Everything that was seen.</returns>
    public async Task<IReadOnlyCollection<string>> EndAsync()
    {
        await _stop.CancelAsync();
        await _task;
        return _seen;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0]) && Path.GetFileName(d) != $"{Environment.ProcessId}"))
            {
                Read(Path.Combine(process, "cmdline"));
                Read(Path.Combine(process, "environ"));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private void Read(string file)
    {
        try
        {
            _seen.Add(Encoding.UTF8.GetString(File.ReadAllBytes(file)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended.
        }
    }
}
