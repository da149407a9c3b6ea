using System.Globalization;
using System.Text;
using ClusterPanel.Core.Hosts;
using Microsoft.Extensions.Logging;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>Makes connections: host key first, then login, then the way to root.</summary>
internal sealed class SshDialer(SshSettings settings, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _dials = new(settings.Dials);

    public void Dispose() => _dials.Dispose();

    /// <summary>Connects, checks the host key, logs in and finds the way to root.</summary>
    public async Task<SshConnection> DialAsync(SshLogin login, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var client = await ConnectAsync(login.HostName, login.Endpoint, () => Prepare(login), e => Judge(login, e), cancellationToken);
        var connection = new SshConnection(client, login, settings, time, logger);
        try
        {
            connection.Root = await FindRootAsync(connection, cancellationToken);
        }
        catch
        {
            connection.Retire();
            throw;
        }

        var took = time.GetElapsedTime(started);
        Log.LoggedIn(logger, login.HostName, login.Endpoint, login.User, took);
        return connection;
    }

    /// <summary>Reads the key a host shows and hangs up before any login.</summary>
    public async Task<HostKey> ReadHostKeyAsync(string address, int port, CancellationToken cancellationToken)
    {
        var endpoint = new Host { Name = address, Address = address, Port = port, CredentialId = Guid.Empty }.Endpoint;
        try
        {
            using var client = await ConnectAsync(
                endpoint, endpoint, () => Prepare(address, port, "none", null, [new NoneAuthenticationMethod("none")], key => new KeySeenException(endpoint, key)), _ => null, cancellationToken);
            throw new HostUnreachableException(endpoint, $"{endpoint} showed no host key.");
        }
        catch (KeySeenException e)
        {
            // Refused on purpose: so the library hangs up before it logs in.
            return e.Key;
        }
    }

    private Prepared Prepare(SshLogin login)
    {
        AuthenticationMethod[] methods;
        try
        {
            methods = login.Kind == CredentialKind.Password
                ? PasswordLogin.Methods(login.User, login.Secrets.Password ?? "")
                : [new PrivateKeyAuthenticationMethod(login.User, PrivateKeys.Open(login.Secrets.PrivateKey ?? "", login.Secrets.Passphrase))];
        }
        catch (Exception e) when (login.Kind == CredentialKind.PrivateKey && e is not OutOfMemoryException)
        {
            throw new HostAuthenticationException(login.HostName, $"The private key of credential \"{login.CredentialName}\" cannot be opened. Enter key and passphrase again.", e);
        }

        return Prepare(login.Address, login.Port, login.User, login.TrustedKey, methods, seen =>
            seen.Fingerprint == login.TrustedKey.Fingerprint ? null : new HostKeyChangedException(login.HostName, login.TrustedKey, seen));
    }

    private Prepared Prepare(string address, int port, string user, HostKey? pinned, AuthenticationMethod[] methods, Func<HostKey, HostException?> judge)
    {
        var connection = new ConnectionInfo(address, port, user, methods) { Timeout = settings.AnswerTimeout };
        HostKeys.Prefer(connection, pinned);
        var prepared = new Prepared(new SshClient(connection) { KeepAliveInterval = settings.KeepAlive });
        prepared.Client.HostKeyReceived += (_, e) =>
        {
            prepared.Refusal = judge(HostKeys.Read(e.HostKey));
            e.CanTrust = prepared.Refusal is null;
        };
        return prepared;
    }

    private static HostAuthenticationException? Judge(SshLogin login, Exception e) => e is SshAuthenticationException refused ? SshFailures.Login(login, refused) : null;

    private async Task<SshClient> ConnectAsync(
        string name, string endpoint, Func<Prepared> prepare, Func<Exception, HostException?> judge, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan pause;
            await _dials.WaitAsync(cancellationToken);
            try
            {
                return await ConnectOnceAsync(name, endpoint, prepare, judge, cancellationToken);
            }
            catch (HungUpException e) when (attempt > settings.DialRetries)
            {
                throw SshFailures.Dial(name, endpoint, e.InnerException!, settings.AnswerTimeout);
            }
            catch (HungUpException)
            {
                pause = TimeSpan.FromMilliseconds(Math.Min(200 << attempt, 5000) * (0.5 + Random.Shared.NextDouble()));
                Log.DialAgain(logger, name, attempt, pause);
            }
            finally
            {
                _dials.Release();
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<SshClient> ConnectOnceAsync(
        string name, string endpoint, Func<Prepared> prepare, Func<Exception, HostException?> judge, CancellationToken cancellationToken)
    {
        var prepared = prepare();
        var client = prepared.Client;
        var connecting = DedicatedThread.RunAsync(client.Connect);
        try
        {
            // Connect() cannot be interrupted, but every wait in it ends by itself; an abandoned one cleans up after itself.
            await connecting.WaitAsync(settings.DialTimeout, time, cancellationToken);
            return client;
        }
        catch (Exception e)
        {
            connecting.ContinueWith(_ => client.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Forget();
            connecting.Forget();
            if (e is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            if ((prepared.Refusal ?? judge(e)) is { } known)
            {
                throw known;
            }

            throw SshFailures.HungUpEarly(e) ? new HungUpException(e) : SshFailures.Dial(name, endpoint, e, settings.AnswerTimeout);
        }
    }

    private async Task<RootAccess> FindRootAsync(SshConnection connection, CancellationToken cancellationToken)
    {
        var login = connection.Login;
        var password = login.Secrets.SudoPassword;
        var hasPassword = !string.IsNullOrEmpty(password);
        var output = new BoundedOutput();
        var error = new BoundedOutput();
        using var timeout = new CancellationTokenSource(settings.DialTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await connection.ExecuteAsync(
                "Find the way to root",
                RootShell.Question(hasPassword),
                stream => stream.Write(Encoding.UTF8.GetBytes((hasPassword ? password : "") + "\n")),
                output.Add,
                error.Add,
                stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HostTimeoutException(login.HostName, $"{login.HostName} accepted the login of {login.User}, but did not run a first command within {settings.DialTimeout.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} seconds.");
        }
        catch (ChannelRefusedException e)
        {
            throw new HostUnreachableException(login.HostName, $"{login.HostName} accepted the login of {login.User} and then lost the connection.", e);
        }

        var said = Encoding.UTF8.GetString(output.ToArray());
        var complaint = Encoding.UTF8.GetString(error.ToArray());
        return said switch
        {
            _ when Has(said, RootShell.IsRoot) => RootAccess.Login,
            _ when Has(said, RootShell.HasSudo) => hasPassword ? RootAccess.SudoWithPassword : RootAccess.Sudo,
            _ when Has(said, RootShell.NoSudo) =>
                throw new HostAuthenticationException(login.HostName, $"The login of {login.User} on {login.HostName} works, but sudo is not installed there. Install sudo, or log in as root."),
            _ => throw SudoRefusals.Explain(login, complaint.Length > 0 ? complaint : said),
        };
    }

    private static bool Has(string text, string line) => text.Split('\n').Any(l => l.TrimEnd('\r') == line);

    private sealed class Prepared(SshClient client)
    {
        public SshClient Client { get; } = client;

        /// <summary>Why the host key was refused, once it was.</summary>
        public HostException? Refusal { get; set; }
    }

    private sealed class HungUpException(Exception inner) : Exception(inner.Message, inner);

    private sealed class KeySeenException(string name, HostKey key) : HostException(name, "The host key was read.")
    {
        public HostKey Key { get; } = key;

        public override FailureKind Kind => FailureKind.Permanent;
    }
}
