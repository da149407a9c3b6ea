using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

/// <summary>A real OpenSSH server of its own, on a loopback port.</summary>
internal sealed class SshServer : IDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _log;

    private SshServer(Process process, int port, string directory)
    {
        (_process, Port, Directory) = (process, port, directory);
        _log = new StreamWriter(Path.Combine(directory, "log")) { AutoFlush = true };
        process.ErrorDataReceived += (_, e) =>
        {
            lock (_log)
            {
                if (e.Data is not null && _log.BaseStream.CanWrite)
                {
                    _log.WriteLine(e.Data);
                }
            }
        };
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public string Directory { get; }

    /// <summary>What sshd logged so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                using var reader = new StreamReader(new FileStream(Path.Combine(Directory, "log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
                return reader.ReadToEnd();
            }
        }
    }

    /// <summary>Starts it with the host keys and authorized keys of a directory.</summary>
    public static async Task<SshServer> StartAsync(string keys, string directory, CancellationToken cancellationToken, params string[] settings)
    {
        var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        System.IO.Directory.CreateDirectory(directory);
        System.IO.Directory.CreateDirectory("/run/sshd");
        var config = Path.Combine(directory, "sshd_config");
        string[] lines =
        [
            .. settings, $"Port {port}", "ListenAddress 127.0.0.1", $"HostKey {keys}/host_rsa", $"HostKey {keys}/host_ecdsa", $"HostKey {keys}/host_ed25519",
            $"AuthorizedKeysFile {keys}/authorized_keys", "StrictModes no", "UsePAM no", "PermitRootLogin yes", "PasswordAuthentication yes", "PidFile none", "LogLevel VERBOSE", "UseDNS no",

            // bash reads ~/.bashrc for sshd only at the first level; what this machine has in there is no matter of ours.
            "SetEnv SHLVL=2",
        ];
        await File.WriteAllLinesAsync(config, lines, cancellationToken);
        var process = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", config]) { RedirectStandardError = true })!;
        var server = new SshServer(process, port, directory);
        await server.WaitAsync(cancellationToken);
        return server;
    }

    /// <summary>The host as the inventory knows it, its key approved.</summary>
    public Host Host(Guid credential, HostKey? trusted, string name = "tested") => new() { Name = name, Address = "127.0.0.1", Port = Port, CredentialId = credential, TrustedKey = trusted };

    /// <summary>Waits until sshd logs something.</summary>
    public async Task WaitForLogAsync(string text, CancellationToken cancellationToken)
    {
        while (!Log.Contains(text, StringComparison.Ordinal))
        {
            await Task.Delay(20, cancellationToken);
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        lock (_log)
        {
            _log.Dispose();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
                return;
            }
            catch (SocketException) when (!_process.HasExited && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10))
            {
                await Task.Delay(20, cancellationToken);
            }
        }
    }
}
