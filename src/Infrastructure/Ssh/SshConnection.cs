using System.Runtime.ExceptionServices;
using ClusterPanel.Core.Hosts;
using Microsoft.Extensions.Logging;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>
/// One logged-in connection. Its users always get control back: everything SSH.NET does runs on other threads, and a link
/// that does not answer is given up whatever the library says of it (its IsConnected stays true on a dead link).
/// </summary>
internal sealed class SshConnection : IDisposable
{
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(5);
    private readonly SshClient _client;
    private readonly SshSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _channels;
    private readonly CancellationTokenSource _lost = new();
    private readonly ITimer _watch;
    private readonly Lock _lock = new();
    private long _lastHeard;
    private int _uses;
    private int _running;
    private Task<bool>? _check;
    private bool _retired;
    private bool _closed;

    public SshConnection(SshClient client, SshLogin login, SshSettings settings, TimeProvider time, ILogger logger)
    {
        (_client, Login, _settings, _time, _logger) = (client, login, settings, time, logger);
        _channels = new(settings.Channels);
        _lastHeard = time.GetTimestamp();
        client.ErrorOccurred += (_, e) => GiveUp(e.Exception.Message);
        _watch = time.CreateTimer(_ => Watch(), null, settings.ProbeAfter, settings.ProbeAfter);
    }

    public SshLogin Login { get; }

    public RootAccess Root { get; set; }

    /// <summary>Cancelled when the link is known to be dead.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why it was given up, or null.</summary>
    public string? Reason { get; private set; }

    /// <summary>Counts a user in; false when the connection takes no new ones.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_retired || !IsConnected())
            {
                return false;
            }

            _uses++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            _uses--;
        }

        CloseIfUnused();
    }

    /// <summary>Takes no new users; closed when the last one has left.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _retired = true;
        }

        CloseIfUnused();
    }

    void IDisposable.Dispose() => Retire();

    /// <summary>The link is dead: everyone who waits for it gets control back now.</summary>
    public void GiveUp(string reason)
    {
        lock (_lock)
        {
            _retired = true;
            if (_closed)
            {
                return;
            }

            _closed = true;
            Reason = reason;
        }

        Log.GivenUp(_logger, Login.HostName, reason);
        Close();
    }

    /// <summary>True when the link was heard lately or answers now. Whoever stops waiting does not stop the check: a dead link is given up all the same.</summary>
    public async Task<bool> IsAliveAsync(CancellationToken cancellationToken) => HeardLately() || await CheckAsync().WaitAsync(cancellationToken);

    /// <summary>Runs one command line. The caller bounds the time by <paramref name="cancellationToken"/>; a cancelled command may go on at the far side.</summary>
    /// <exception cref="ChannelRefusedException">Nothing was started: the caller may try on another connection.</exception>
    /// <exception cref="HostUnreachableException">The link was lost.</exception>
    public async Task<ChannelEnd> ExecuteAsync(string summary, string commandLine, Action<Stream> writeInput, BytesReceiver onOutput, BytesReceiver onError, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lost.Token);
        try
        {
            await _channels.WaitAsync(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChannelRefusedException(null);
        }

        Interlocked.Increment(ref _running);
        var opening = DedicatedThread.RunAsync(() => Open(commandLine));
        var writing = Task.CompletedTask;
        var ended = false;
        try
        {
            OpenChannel channel;
            try
            {
                channel = await opening.WaitAsync(stop.Token);
                Heard();
            }
            catch (Exception e) when (SshFailures.IsLink(e) || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw new ChannelRefusedException(e);
            }

            writing = DedicatedThread.RunAsync(() => Write(channel.Input, writeInput));
            var output = DedicatedThread.RunAsync(() => Read(channel.Command.OutputStream, onOutput));
            var error = DedicatedThread.RunAsync(() => Read(channel.Command.ExtendedOutputStream, onError));
            var reading = Task.WhenAll(output, error);
            try
            {
                await await Task.WhenAny(channel.Ended, FailureAsync(output), FailureAsync(error), WriteFailureAsync(writing, channel.Ended)).WaitAsync(stop.Token);
                await reading.WaitAsync(stop.Token);
                ended = true;
            }
            catch (ReceiverException e)
            {
                ExceptionDispatchInfo.Throw(e.InnerException!);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && _lost.IsCancellationRequested)
            {
                throw SshFailures.Lost(Login.HostName, summary, null);
            }
            catch (Exception e) when (SshFailures.IsLink(e))
            {
                Retire();
                throw SshFailures.Lost(Login.HostName, summary, e);
            }
            finally
            {
                reading.Forget();
                channel.Ended.Forget();
            }

            return new ChannelEnd(channel.Command.ExitStatus, channel.Command.ExitSignal);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            _ = CleanUpAsync(opening, writing, ended);
        }
    }

    /// <summary>Opens a local port that leads to an address as seen from the host.</summary>
    public async Task<ForwardedPortLocal> ForwardAsync(string address, int port, CancellationToken cancellationToken)
    {
        var starting = DedicatedThread.RunAsync(() =>
        {
            var forward = new ForwardedPortLocal("127.0.0.1", 0, address, (uint)port);
            _client.AddForwardedPort(forward);
            forward.Start();
            return forward;
        });
        try
        {
            return await starting.WaitAsync(_settings.AnswerTimeout, _time, cancellationToken);
        }
        catch
        {
            starting.Forget();
            throw;
        }
    }

    /// <summary>Closes a forwarded port in the background: SSH.NET waits there for its connections.</summary>
    public void StopForward(ForwardedPortLocal forward) =>
        DedicatedThread.RunAsync(() =>
        {
            try
            {
                _client.RemoveForwardedPort(forward);
            }
            catch (ObjectDisposedException)
            {
                // The connection is gone, and the port with it.
            }

            forward.Dispose();
        }).Forget();

    private OpenChannel Open(string commandLine)
    {
        var command = _client.CreateCommand(commandLine);
        try
        {
            var ended = command.ExecuteAsync(CancellationToken.None);
            return new OpenChannel(command, ended, new CommandInput(InputOf(command), Heard));
        }
        catch
        {
            command.Dispose();
            throw;
        }
    }

    private static Stream InputOf(SshCommand command)
    {
        try
        {
            return command.CreateInputStream();
        }
        catch (InvalidOperationException)
        {
            // It has ended already, and took no input.
            return Stream.Null;
        }
    }

    private static void Write(Stream input, Action<Stream> writeInput)
    {
        using (input)
        {
            writeInput(input);
        }
    }

    private void Read(Stream stream, BytesReceiver receiver)
    {
        var buffer = new byte[32 * 1024];
        int count;
        while ((count = stream.Read(buffer)) > 0)
        {
            Heard();
            try
            {
                receiver(buffer.AsSpan(0, count));
            }
            catch (Exception e)
            {
                throw new ReceiverException(e);
            }
        }
    }

    /// <summary>Fails when the task fails; never ends otherwise.</summary>
    private static async Task FailureAsync(Task task)
    {
        await task;
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>As <see cref="FailureAsync"/>, but a command may end without having read its input.</summary>
    private async Task WriteFailureAsync(Task writing, Task ended)
    {
        try
        {
            await writing;
        }
        catch (Exception e) when (SshFailures.IsLink(e))
        {
            // Only a reader that was killed ends so: see RootShell.Draining.
            await Task.WhenAny(ended, Task.Delay(CleanUpTime, _time));
            if (!ended.IsCompleted)
            {
                throw;
            }
        }

        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Something came from, or was taken by, the far side.</summary>
    private void Heard() => Volatile.Write(ref _lastHeard, _time.GetTimestamp());

    private async Task CleanUpAsync(Task<OpenChannel> opening, Task writing, bool ended)
    {
        try
        {
            if (ended)
            {
                await Task.Run(opening.Result.Command.Dispose);
            }
            else
            {
                // A command given up. Closing its channel may hang with the link.
                await DedicatedThread.RunAsync(() => Abandon(opening.GetAwaiter().GetResult(), writing)).WaitAsync(CleanUpTime, _time);
            }
        }
        catch (TimeoutException)
        {
            Retire();
        }
        catch (Exception e) when (SshFailures.IsLink(e))
        {
            // The channel never opened or went with its connection.
        }
        finally
        {
            writing.Forget();
            _channels.Release();
        }
    }

    private static void Abandon(OpenChannel channel, Task writing)
    {
        channel.Input.Stop();
        ((IAsyncResult)writing).AsyncWaitHandle.WaitOne();
        channel.Command.Dispose();
    }

    private void Watch()
    {
        if (Volatile.Read(ref _running) > 0 && !HeardLately())
        {
            CheckAsync().Forget();
        }
    }

    private bool HeardLately() => _time.GetElapsedTime(Volatile.Read(ref _lastHeard)) < _settings.ProbeAfter;

    private Task<bool> CheckAsync()
    {
        lock (_lock)
        {
            return _check is { IsCompleted: false } ? _check : _check = CheckOnceAsync();
        }
    }

    private async Task<bool> CheckOnceAsync()
    {
        // An upload may fill a slow link for a while; without one an answer comes soon or never.
        var timeout = Volatile.Read(ref _running) > 0 ? _settings.ProbeTimeout : _settings.AnswerTimeout;
        if (await ProbeAsync(timeout))
        {
            return true;
        }

        GiveUp($"no answer for {timeout.TotalSeconds:0.#} seconds");
        return false;
    }

    // SSH.NET's own keep-alive expects no answer, so it cannot tell a dead link. A channel does.
    private async Task<bool> ProbeAsync(TimeSpan timeout)
    {
        var probe = DedicatedThread.RunAsync(() =>
        {
            var channel = Open("true");
            channel.Ended.Forget();
            Heard();
            channel.Command.Dispose();
        });
        probe.Forget();
        try
        {
            await probe.WaitAsync(timeout, _time);
            return true;
        }
        catch (SshException e) when (e is not (SshConnectionException or SshOperationTimeoutException))
        {
            // Refused for want of a free session: an answer.
            Heard();
            return true;
        }
        catch (Exception e) when (SshFailures.IsLink(e) || e is TimeoutException)
        {
            return false;
        }
    }

    private bool IsConnected()
    {
        try
        {
            return _client.IsConnected;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private void CloseIfUnused()
    {
        lock (_lock)
        {
            if (!_retired || _uses > 0 || _closed)
            {
                return;
            }

            _closed = true;
        }

        Log.Closed(_logger, Login.HostName);
        Close();
    }

    private void Close()
    {
        _watch.Dispose();
        _lost.CancelAsync().Forget();
        DedicatedThread.RunAsync(_client.Dispose).Forget();
    }

    /// <summary>The receiver of the output failed, not the link.</summary>
    private sealed class ReceiverException(Exception inner) : Exception(inner.Message, inner);

    private sealed record OpenChannel(SshCommand Command, Task Ended, CommandInput Input);
}
