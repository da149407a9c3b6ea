using System.Text;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Looks again and again at the arguments and environments of the panel's processes and of all those on the lab's hosts.</summary>
internal sealed class ProcessWatch : IAsyncDisposable
{
    private static readonly string? OurNamespace = Namespace("/proc/self");

    private readonly TimeSpan _every;
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _seen = [];
    private readonly Task _task;

    public ProcessWatch(TimeSpan every)
    {
        _every = every;
        _task = Task.Run(RunAsync);
    }

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
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
            {
                var arguments = Read(Path.Combine(process, "cmdline"));
                if (Namespace(process) != OurNamespace || arguments.Contains(PanelProcess.Program, StringComparison.Ordinal))
                {
                    _seen.Add(arguments);
                    _seen.Add(Read(Path.Combine(process, "environ")));
                }
            }

            await Task.Delay(_every);
        }
    }

    // Each of the lab's hosts has process numbers of its own. The rest of this machine is the tests and the machine's.
    private static string? Namespace(string process) => Ended(() => new FileInfo(Path.Combine(process, "ns", "pid")).LinkTarget);

    private static string Read(string file) => Ended(() => Encoding.UTF8.GetString(File.ReadAllBytes(file))) ?? "";

    private static string? Ended(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process has ended.
            return null;
        }
    }
}
