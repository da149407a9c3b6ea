using System.Globalization;
using ClusterPanel.Core.Hosts;
using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>
/// Puts a file on a host through the standard input of a root shell. SFTP would need a second connection per host, twice the
/// disk for logins other than root, and its subsystem; it is no faster, since both are bounded by the channel's window.
/// </summary>
internal sealed class SshUpload(RootCommand root, string hostName, IScriptFence fence, TimeProvider time, ILogger logger)
{
    private const int ChunkSize = 256 * 1024;
    private const long SpareMiB = 16;
    private static readonly TimeSpan HashTimeout = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Sends what the host does not have; false when it had everything.</summary>
    public async Task<bool> RunAsync(string localPath, string remotePath, string sha256, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        if (!remotePath.StartsWith('/') || remotePath.EndsWith('/') || remotePath.Any(char.IsControl))
        {
            throw new ArgumentException($"\"{remotePath}\" is not the absolute path of a file.", nameof(remotePath));
        }

        if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigitLower))
        {
            throw new ArgumentException("A SHA-256 has 64 lower-case hexadecimal digits.", nameof(sha256));
        }

        var file = new FileInfo(localPath);
        if (!file.Exists)
        {
            throw new HostUploadException(hostName, $"{localPath} is not on the panel's disk any more. Register the package again.", FailureKind.Configuration);
        }

        var scripts = new UploadScripts(remotePath, sha256);
        var name = $"Upload of {file.Name}";
        for (var attempt = 1; ; attempt++)
        {
            var look = await RunAsync($"{name}: see what is there", fence.Guard(scripts.Look), cancellationToken);
            if (Value(look, "present") is not null)
            {
                progress?.Report(new(file.Length, file.Length));
                return false;
            }

            var offset = Number(look, "part");
            if (offset > file.Length)
            {
                offset = 0;
            }

            CheckSpace(remotePath, file.Length - offset, Number(look, "free"));
            if (offset < file.Length || file.Length == 0)
            {
                Log.Upload(logger, hostName, remotePath, offset, file.Length);
                await SendAsync(name, scripts, file, offset, progress, cancellationToken);
            }

            if (Value(await RunAsync($"{name}: check and put in place", fence.Guard(scripts.Finish), cancellationToken), "done") is not null)
            {
                return true;
            }

            if (attempt == 2)
            {
                throw new HostUploadException(
                    hostName, $"{file.Name} arrived on {hostName} with another SHA-256 than registered, twice. Either the file on the panel's disk was changed (register it again), or {hostName} has a fault in disk or memory.", FailureKind.Permanent);
            }
        }
    }

    private async Task SendAsync(string name, UploadScripts scripts, FileInfo file, long offset, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        // The host's "stopped" ends the sending; the rest would only be thrown away there.
        var stopped = 0;
        var command = new HostCommand($"{name}: send", fence.Check(scripts.Append(offset)), Timeout.InfiniteTimeSpan)
        {
            OnLine = line =>
            {
                if (line.Text == UploadScripts.Stopped)
                {
                    Volatile.Write(ref stopped, 1);
                }
            },
        };
        var result = await root.RunAsync(command, stream => Copy(file, offset, stream, () => Volatile.Read(ref stopped) != 0, progress, cancellationToken), cancellationToken);
        if (result.Succeeded)
        {
            return;
        }

        throw result.ExitCode switch
        {
            UploadScripts.Moved or 143 => new HostUploadException(hostName, $"Something else sends {file.Name} to the same place on {hostName}. Is the machine in the inventory twice?", FailureKind.Busy),
            _ when result.Error.Contains("No space left", StringComparison.Ordinal) => new HostUploadException(hostName, $"The disk of {hostName} is full: {file.Name} needs {Mebibytes(file.Length)} MiB. Make room; what was sent is kept.", FailureKind.Busy),
            _ => new CommandFailedException(hostName, command.Summary, result.ExitCode, result.LastLines(5)),
        };
    }

    private void Copy(FileInfo file, long offset, Stream to, Func<bool> stopped, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        using var from = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        from.Position = offset;
        var buffer = new byte[ChunkSize];
        var sent = offset;
        var told = time.GetTimestamp();
        progress?.Report(new(sent, file.Length));
        int count;
        while (!stopped() && (count = from.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            to.Write(buffer, 0, count);
            sent += count;
            if (progress is not null && time.GetElapsedTime(told) >= ProgressInterval)
            {
                told = time.GetTimestamp();
                progress.Report(new(sent, file.Length));
            }
        }

        progress?.Report(new(sent, file.Length));
    }

    private void CheckSpace(string remotePath, long needed, long freeKiB)
    {
        if (freeKiB / 1024 < Mebibytes(needed) + SpareMiB)
        {
            throw new HostUploadException(
                hostName, $"{hostName} has {freeKiB / 1024} MiB free at {remotePath[..(remotePath.LastIndexOf('/') + 1)]}; the upload needs {Mebibytes(needed) + SpareMiB} MiB. Make room there.", FailureKind.Busy);
        }
    }

    private async Task<CommandResult> RunAsync(string summary, string script, CancellationToken cancellationToken)
    {
        var result = await root.RunAsync(new HostCommand(summary, script, HashTimeout), null, cancellationToken);
        return result.Succeeded ? result : throw new CommandFailedException(hostName, summary, result.ExitCode, result.LastLines(5));
    }

    private static string? Value(CommandResult result, string key) =>
        result.Output.Split('\n').Where(l => l == key || l.StartsWith(key + " ", StringComparison.Ordinal)).Select(l => l[key.Length..].Trim()).FirstOrDefault();

    private static long Number(CommandResult result, string key) => long.TryParse(Value(result, key), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;

    private static long Mebibytes(long bytes) => (bytes + 1024 * 1024 - 1) / (1024 * 1024);
}
