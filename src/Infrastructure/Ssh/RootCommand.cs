using System.Text;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>Runs one script as root over a link.</summary>
internal sealed class RootCommand(SshLink link, TimeProvider time)
{
    /// <summary>Runs the command. <paramref name="writeInput"/> replaces the command's own input where that is a stream.</summary>
    public async Task<CommandResult> RunAsync(HostCommand command, Action<Stream>? writeInput, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(command, writeInput, cancellationToken);
        }
        catch (ChannelRefusedException)
        {
            // Nothing was started, so a second try on a new connection repeats nothing.
        }

        try
        {
            return await TryAsync(command, writeInput, cancellationToken);
        }
        catch (ChannelRefusedException e)
        {
            throw new HostUnreachableException(link.Login.HostName, $"{link.Login.HostName} took a new connection but no command: \"{command.Summary}\" was not started.", e);
        }
    }

    private async Task<CommandResult> TryAsync(HostCommand command, Action<Stream>? writeInput, CancellationToken cancellationToken)
    {
        var connection = await link.EnterAsync(cancellationToken);
        try
        {
            return await TryAsync(connection, command, writeInput, cancellationToken);
        }
        catch (Exception e) when (e is ChannelRefusedException or HostTimeoutException)
        {
            connection.Retire();
            throw;
        }
        finally
        {
            connection.Leave();
        }
    }

    private async Task<CommandResult> TryAsync(SshConnection connection, HostCommand command, Action<Stream>? writeInput, CancellationToken cancellationToken)
    {
        var login = link.Login;
        var preamble = RootShell.Preamble(connection.Root, login.Secrets.SudoPassword, command.Script);
        var output = new BoundedOutput();
        var error = new BoundedOutput();
        var lines = new Lock();
        var listening = true;
        var outputLines = new LineSplitter(text => Tell(LineSource.Output, text));
        var errorLines = new LineSplitter(text => Tell(LineSource.Error, text));
        var start = new OutputStart(bytes =>
        {
            output.Add(bytes);
            outputLines.Add(bytes);
        });

        using var timeout = new CancellationTokenSource(command.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        ChannelEnd end;
        try
        {
            end = await connection.ExecuteAsync(
                command.Summary,
                RootShell.CommandLine(connection.Root),
                stream =>
                {
                    stream.Write(preamble);
                    if (writeInput is null)
                    {
                        stream.Write(command.Input.Span);
                    }
                    else
                    {
                        writeInput(stream);
                    }
                },
                start.Add,
                bytes =>
                {
                    error.Add(bytes);
                    errorLines.Add(bytes);
                },
                stop.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            Silence();
            throw new HostTimeoutException(login.HostName, $"\"{command.Summary}\" did not end on {login.HostName} within {Span(command.Timeout)}; it may still run there.", e);
        }
        catch
        {
            Silence();
            throw;
        }

        outputLines.End();
        errorLines.End();
        var said = Encoding.UTF8.GetString(error.ToArray());
        if (end.ExitCode is not { } code)
        {
            throw SshFailures.Lost(login.HostName, command.Summary, null);
        }

        if (!start.Seen)
        {
            // The reader never had the whole script: sudo or the login shell stopped us (and nothing ran).
            throw code == RootShell.Incomplete ? SshFailures.Lost(login.HostName, command.Summary, null) : SudoRefusals.Explain(login, said.Length > 0 ? said : start.Noise);
        }

        var raw = output.ToArray();
        return new CommandResult(code, Encoding.UTF8.GetString(raw), said) { RawOutput = raw, IsCut = output.IsCut };

        void Tell(LineSource source, string text)
        {
            if (command.OnLine is { } onLine)
            {
                lock (lines)
                {
                    if (listening)
                    {
                        onLine(new OutputLine(source, text));
                    }
                }
            }
        }

        // A command given up may go on printing; nobody is to hear of it any more.
        void Silence()
        {
            lock (lines)
            {
                listening = false;
            }
        }
    }

    private static string Span(TimeSpan time) =>
        time.TotalMinutes >= 2 ? $"{time.TotalMinutes:0} minutes" : time.TotalSeconds >= 2 ? $"{time.TotalSeconds:0} seconds" : $"{time.TotalMilliseconds:0} ms";
}
