using System.Diagnostics;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Runs commands of this machine.</summary>
internal static class Shell
{
    /// <summary>Standard output of a command that must succeed.</summary>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, string input = "")
    {
        var (code, output, error) = await TryAsync(program, arguments, limit, input);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{output}\n{error}");
        return output;
    }

    /// <summary>Exit code and output of a command.</summary>
    public static async Task<(int Code, string Output, string Error)> TryAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            // A child that lives on (a host's supervisor) may hold the pipes open, so it is the exit that counts.
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {limit.TotalSeconds:0} s.");
        }
    }
}
