using System.Text;
using System.Text.RegularExpressions;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Tests.Shell;

/// <summary>
/// Runs the product's texts on this machine: the host's directories are replaced with a folder, and small programs of the
/// test stand in front of the real ones in PATH.
/// </summary>
internal sealed partial class Sandbox : IDisposable
{
    public TempFolder Folder { get; } = new();

    public Sandbox()
    {
        Directory.CreateDirectory(Folder["bin"]);
        Directory.CreateDirectory(Folder["etc"]);
        Folder.Write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
        Directory.CreateDirectory(Folder["proc/sys/kernel/random"]);
        File.Copy("/proc/sys/kernel/random/boot_id", Folder["proc/sys/kernel/random/boot_id"]);
        File.CreateSymbolicLink(Folder["proc/uptime"], "/proc/uptime");
    }

    /// <summary>The text with the host's directories replaced.</summary>
    public string Localize(string text) =>
        HostDirectory().Replace(text, Folder.Path + "$&").Replace("PATH=/usr/local/sbin", $"PATH={Folder["bin"]}:/usr/local/sbin", StringComparison.Ordinal);

    /// <summary>Runs a text with /bin/sh in the folder, after <see cref="Localize"/>.</summary>
    public Task<ToolResult> RunAsync(string text, string input = "")
    {
        var file = Folder.Write($"scripts/{Guid.NewGuid():N}", $"PATH={Folder["bin"]}:$PATH\nexport PATH\ncd {Folder.Path}\n" + Localize(text));
        return Tool.RunAsync("/bin/sh", [file], Encoding.UTF8.GetBytes(input));
    }

    /// <summary>Runs a command of the sample plan, a change under the fence.</summary>
    public Task<ToolResult> RunPlannedAsync(string step, string host, string key, string input = "", string version = Samples.OldVersion) =>
        RunAsync(Planned(step, host, key, version), input);

    /// <summary>The text of a command of the sample plan, a change with the fence.</summary>
    public static string Planned(string step, string host, string key, string version = Samples.OldVersion)
    {
        var stage = Samples.Stages(version).Single(s => s.Step == step);
        var command = stage.Hosts.Single(h => h.Member.HostName == host).Commands.Single(c => c.Key == key);
        return command.Kind == CommandKind.Look ? command.Script : Samples.Fence.Guard(command.Script);
    }

    public void Dispose() => Folder.Dispose();

    // A directory of the host at the beginning of a path; not the middle of a path, not a URL, not the list in PATH.
    [GeneratedRegex(@"(?<![\w/.}*])/(?:etc|root|var/lib|run|proc|usr/bin|usr/local/lib)/", RegexOptions.CultureInvariant)]
    private static partial Regex HostDirectory();
}
