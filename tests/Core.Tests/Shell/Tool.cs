using System.Diagnostics;
using System.Text;

namespace ClusterPanel.Core.Tests.Shell;

/// <summary>Runs programs of this machine.</summary>
internal static class Tool
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Skips the test, with the reason, when a program is not installed.</summary>
    public static void Require(string program) =>
        Assert.SkipUnless(Exists(program), $"{program} is not installed here.");

    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(d => File.Exists(Path.Combine(d, program)));

    /// <summary>Runs a program with a text on standard input and waits for its end.</summary>
    public static async Task<ToolResult> RunAsync(string program, IEnumerable<string> arguments, byte[] input)
    {
        var stop = TestContext.Current.CancellationToken;
        using var process = Start(program, arguments);
        var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, stop);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code tells the rest.
        }

        try
        {
            await Task.WhenAll(reading, errors, process.WaitForExitAsync(stop)).WaitAsync(Limit, stop);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return new ToolResult(process.ExitCode, output.ToArray(), await errors);
    }

    public static Task<ToolResult> RunAsync(string program, params string[] arguments) => RunAsync(program, arguments, []);

    public static Process Start(string program, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardErrorEncoding = Encoding.UTF8,
    })!;
}
