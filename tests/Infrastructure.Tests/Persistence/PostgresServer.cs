using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

/// <summary>A PostgreSQL server of our own in a temporary directory, from the machine's packages. Ends with this process, however that ends.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    // The shell holds the server and waits on our end of a pipe, which the kernel closes even when this process is killed.
    private const string Script = """
        set -e
        d=$(mktemp -d)
        trap 'rm -rf "$d"' EXIT
        "$1/initdb" -D "$d/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$d/log" 2>&1 || { cat "$d/log" >&2; exit 1; }
        start() {
          "$1/pg_ctl" -D "$d/data" -l "$d/log" -w -o "-p $2 -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" start >/dev/null 2>&1 || { cat "$d/log" >&2; exit 1; }
          echo ready
        }
        stop() {
          "$1/pg_ctl" -D "$d/data" -m immediate stop >/dev/null 2>&1
          echo stopped
        }
        start "$@"
        while read -r command; do "$command" "$@"; done
        stop "$@"
        """;

    private readonly Process _process;

    private PostgresServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>How to reach its default database.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres");

    /// <summary>Directory of the newest server's programs, or null when none is installed.</summary>
    public static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb")))
            .MaxBy(d => double.Parse(Path.GetFileName(Path.GetDirectoryName(d)!), CultureInfo.InvariantCulture))
        : null;

    public static async Task<PostgresServer> StartAsync(string programs)
    {
        var port = FreePort();
        string[] command = ["sh", "-c", Script, "sh", programs, port.ToString(CultureInfo.InvariantCulture)];

        // PostgreSQL refuses to run as root.
        string[] prefix = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
        string[] all = [.. prefix, .. command];
        var process = Process.Start(new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;
        return await process.StandardOutput.ReadLineAsync() == "ready"
            ? new PostgresServer(process, port)
            : throw new InvalidOperationException($"PostgreSQL did not start: {await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>As when the server's machine fails: no connection is ended in an orderly way.</summary>
    public Task StopAsync() => DoAsync("stop", "stopped");

    /// <summary>Switches it on again, on the same port and with what was committed.</summary>
    public Task StartAgainAsync() => DoAsync("start", "ready");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task DoAsync(string command, string answer)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        if (await _process.StandardOutput.ReadLineAsync() != answer)
        {
            throw new InvalidOperationException($"PostgreSQL did not {command}.");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
