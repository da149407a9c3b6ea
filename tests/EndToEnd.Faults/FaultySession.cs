using System.Globalization;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.EndToEnd.Faults;

/// <summary>A session that lets a planned fault happen at the first command of a stage, or while a command runs.</summary>
internal sealed class FaultySession(IHostSession inner, FaultTrigger trigger) : IHostSession
{
    // The end of Core's fence: what follows in the text is the command's own.
    private const string FenceEnd = "mv -f /var/lib/clusterpanel/lease.new /var/lib/clusterpanel/lease\n";
    private const string DetachedMark = "CLUSTERPANEL_MAIN";

    public Host Host => inner.Host;

    public async Task<CommandResult> RunAsync(HostCommand command, CancellationToken cancellationToken)
    {
        await BeforeAsync();
        if (trigger.Find(Host.Id, FaultMoment.During) is not { } point || !command.Script.Contains(point.Command, StringComparison.Ordinal))
        {
            return await inner.RunAsync(command, cancellationToken);
        }

        if (point.Action == FaultAction.Freeze)
        {
            // Between the lease's check and the send. It cannot be called back any more, whatever the panel learns when it wakes.
            await trigger.ReachAsync(point);
            var late = await SendLateAsync(command);
            trigger.Note(point, late.ExitCode);
            return late;
        }

        var detached = command.Script.Contains(DetachedMark, StringComparison.Ordinal);
        var disturbed = detached ? command : command with { Script = Slower(command.Script, point.After) };
        return await trigger.DisturbAsync(point, () => inner.RunAsync(disturbed, cancellationToken), detached, cancellationToken);
    }

    // The host may have closed the connection of a panel that was frozen for minutes; the command goes over the next one.
    private async Task<CommandResult> SendLateAsync(HostCommand command)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await inner.RunAsync(command, CancellationToken.None);
            }
            catch (HostException) when (tries < 5)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            }
        }
    }

    public async Task<bool> UploadAsync(string localPath, string remotePath, string sha256, IScriptFence fence, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        await BeforeAsync();
        if (trigger.Find(Host.Id, FaultMoment.During) is { } point)
        {
            progress = new Interrupted(progress, () => trigger.ReachAsync(point).GetAwaiter().GetResult());
        }

        return await inner.UploadAsync(localPath, remotePath, sha256, fence, progress, cancellationToken);
    }

    public Task<IPortForward> ForwardAsync(string address, int port, CancellationToken cancellationToken) => inner.ForwardAsync(address, port, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private Task BeforeAsync() => trigger.Find(Host.Id, FaultMoment.Before) is { } point ? trigger.ReachAsync(point) : Task.CompletedTask;

    // The command holds the host's lock and has shown its token, and then takes longer than the fault needs.
    private static string Slower(string script, TimeSpan after)
    {
        var pause = string.Create(CultureInfo.InvariantCulture, $"sleep {2 * after.TotalSeconds:0.0}\n");
        var end = script.LastIndexOf(FenceEnd, StringComparison.Ordinal);
        return end < 0 ? pause + script : script.Insert(end + FenceEnd.Length, pause);
    }

    private sealed class Interrupted(IProgress<UploadProgress>? inner, Action fault) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value)
        {
            inner?.Report(value);
            fault();
        }
    }
}
