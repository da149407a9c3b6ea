using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>The shared way to one host: dials when it is needed, again when the connection was lost.</summary>
internal sealed class SshLink(SshLogin login, SshDialer dialer) : IDisposable
{
    private readonly SemaphoreSlim _dialing = new(1);
    private SshConnection? _current;

    public SshLogin Login => login;

    /// <summary>A connection with the caller counted in; <see cref="SshConnection.Leave"/> counts it out.</summary>
    public async Task<SshConnection> EnterAsync(CancellationToken cancellationToken)
    {
        await _dialing.WaitAsync(cancellationToken);
        try
        {
            if (_current is { } current)
            {
                if (current.TryEnter())
                {
                    if (await AnswersAsync(current, cancellationToken))
                    {
                        return current;
                    }

                    current.Leave();
                }

                current.Retire();
                _current = null;
            }

            var dialled = await dialer.DialAsync(login, cancellationToken);
            if (dialled.TryEnter())
            {
                return _current = dialled;
            }

            dialled.Retire();
            throw new HostUnreachableException(login.HostName, $"{login.HostName} closed the connection right after the login of {login.User}{(dialled.Reason is { } reason ? $": {reason}" : "")}.");
        }
        finally
        {
            _dialing.Release();
        }
    }

    /// <summary>Closes the connection as soon as nobody uses it.</summary>
    public void Dispose() => Interlocked.Exchange(ref _current, null)?.Retire();

    private static async Task<bool> AnswersAsync(SshConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.IsAliveAsync(cancellationToken);
        }
        catch
        {
            connection.Leave();
            throw;
        }
    }
}
