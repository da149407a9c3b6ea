using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>Hosts that answer what a test says. Without a word from the test every command ends well and prints nothing.</summary>
internal sealed class FakeSessions : IHostSessions
{
    private readonly Lock _gate = new();

    /// <summary>Answers a command on a host.</summary>
    public Func<Host, HostCommand, CancellationToken, Task<CommandResult>> Respond { get; set; } = (_, _, _) => Task.FromResult(Ok(""));

    /// <summary>Called when a host is connected to; may throw.</summary>
    public Action<Host> OnOpen { get; set; } = _ => { };

    /// <summary>True when the file had to be sent.</summary>
    public Func<Host, string, bool> OnUpload { get; set; } = (_, _) => true;

    /// <summary>Opens a forward; by default the host is unreachable.</summary>
    public Func<Host, string, int, IPortForward> OnForward { get; set; } = (host, _, _) => throw new HostUnreachableException(host.Name, $"{host.Name} does not forward.");

    public Func<string, int, HostKey> OnReadKey { get; set; } = (_, _) => new HostKey("ssh-ed25519", "SHA256:shown");

    public List<(string Host, HostCommand Command)> Ran { get; } = [];

    public List<(string Host, string RemotePath, string Sha256)> Uploads { get; } = [];

    public int Open { get; private set; }

    public static CommandResult Ok(string output) => Result(0, output, "");

    public static CommandResult Result(int exitCode, string output, string error) =>
        new(exitCode, output, error) { RawOutput = System.Text.Encoding.UTF8.GetBytes(output) };

    public Task<IHostSession> OpenAsync(Host host, CancellationToken cancellationToken)
    {
        OnOpen(host);
        Open++;
        return Task.FromResult<IHostSession>(new Session(this, host));
    }

    public Task<HostKey> ReadHostKeyAsync(string address, int port, CancellationToken cancellationToken) => Task.FromResult(OnReadKey(address, port));

    private sealed class Session(FakeSessions sessions, Host host) : IHostSession
    {
        public Host Host => host;

        public Task<CommandResult> RunAsync(HostCommand command, CancellationToken cancellationToken)
        {
            lock (sessions._gate)
            {
                sessions.Ran.Add((host.Name, command));
            }

            return sessions.Respond(host, command, cancellationToken);
        }

        public Task<bool> UploadAsync(string localPath, string remotePath, string sha256, IScriptFence fence, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
        {
            sessions.Uploads.Add((host.Name, remotePath, sha256));
            progress?.Report(new UploadProgress(1048576, 4 * 1048576));
            return Task.FromResult(sessions.OnUpload(host, remotePath));
        }

        public Task<IPortForward> ForwardAsync(string address, int port, CancellationToken cancellationToken) => Task.FromResult(sessions.OnForward(host, address, port));

        public ValueTask DisposeAsync()
        {
            sessions.Open--;
            return ValueTask.CompletedTask;
        }
    }
}
