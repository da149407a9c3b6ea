using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ClusterPanel.EndToEnd.Faults;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>The panel as its users start it: a process of its own, which can be killed.</summary>
internal sealed class PanelProcess : IAsyncDisposable
{
    private readonly string _dataDirectory;
    private readonly string? _connectionString;
    private readonly int _port = FreePort();
    private readonly List<string> _output = [];
    private Process? _process;

    public PanelProcess(string dataDirectory, string? connectionString)
    {
        _dataDirectory = dataDirectory;
        _connectionString = connectionString;
    }

    /// <summary>The program that was built with the tests.</summary>
    public static string Program { get; } = Path.Combine(
        Repository.Root, "artifacts", "bin", "Web", AppContext.BaseDirectory.Contains("/release/", StringComparison.OrdinalIgnoreCase) ? "release" : "debug", "ClusterPanel.Web.dll");

    /// <summary>What it has written to its terminal so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    public string Address => $"http://localhost:{_port}";

    /// <summary>Points at which it is disturbed, or null; set before it is started.</summary>
    public string? FaultFolder { get; set; }

    /// <summary>True when it was started and has ended.</summary>
    public bool HasEnded => _process is { HasExited: true };

    /// <summary>The most memory it has had in use, in MiB: VmHWM, see proc_pid_status(5).</summary>
    public long PeakMemoryMiB => long.Parse(
        File.ReadAllLines($"/proc/{_process!.Id}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture) / 1024;

    /// <summary>The one-time setup code it printed; null when there is a user.</summary>
    public string? SetupCode { get; private set; }

    public async Task StartAsync(params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Program, $"--Panel:Listen={Address}", $"--Panel:DataDirectory={_dataDirectory}", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _dataDirectory,
        };
        if (_connectionString is not null)
        {
            start.Environment["Database__ConnectionString"] = _connectionString;
            start.Environment["Panel__MasterKeyFile"] = Path.Combine(_dataDirectory, "master.key");
        }

        if (FaultFolder is not null)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(FaultPlan).Assembly.Location;
            start.Environment[FaultPlan.Variable] = FaultFolder;
        }

        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (process, _) =>
        {
            // Until all it said has been read.
            ((Process)process!).WaitForExit();
            ready.TrySetException(new InvalidOperationException($"The panel ended:\n{string.Join('\n', _output)}"));
        };
        _process.OutputDataReceived += (_, e) => Take(e.Data, ready);
        _process.ErrorDataReceived += (_, e) => Take(e.Data, ready);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>As a power cut would: no hand-over, no farewell.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>As systemd or Ctrl-C would; returns how long it took to end.</summary>
    public async Task<TimeSpan> TerminateAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        await SignalAsync("TERM");
        await _process!.WaitForExitAsync();
        return Stopwatch.GetElapsedTime(begun);
    }

    /// <summary>Sends it a signal: TERM, STOP, CONT.</summary>
    public Task SignalAsync(string name) => Shell.RunAsync("kill", [$"-{name}", $"{_process!.Id}"], TimeSpan.FromSeconds(10));

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        await File.WriteAllLinesAsync(Path.Combine(Repository.Output, $"panel-{Path.GetFileName(_dataDirectory)}-{_port}.log"), _output);
    }

    private void Take(string? line, TaskCompletionSource ready)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Add(line);
        }

        if (line.StartsWith("Setup code: ", StringComparison.Ordinal))
        {
            SetupCode = line["Setup code: ".Length..];
        }

        // The last line of the start message of a panel without users.
        if (line.StartsWith("There is no user yet", StringComparison.Ordinal))
        {
            ready.TrySetResult();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
