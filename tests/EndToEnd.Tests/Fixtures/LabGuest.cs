namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>A whole computer of the lab, from lab/guest: its own kernel, real swap and settings of its owner.</summary>
internal sealed class LabGuest : IAsyncDisposable
{
    private static readonly string Tool = Path.Combine(Repository.Root, "lab", "guest");

    private LabGuest(string name, string address)
    {
        Name = name;
        Address = address;
    }

    /// <summary>Why no guest is started, or null.</summary>
    public static string? Missing => Scenario.NotFull ?? LabHosts.Missing;

    public string Name { get; }

    public string Address { get; }

    /// <summary>Starts a new guest with options of lab/guest, and waits until SSH answers.</summary>
    public static async Task<LabGuest> UpAsync(string name, params string[] options)
    {
        await Shell.RunAsync(Tool, ["wipe", name], TimeSpan.FromMinutes(1));
        await Shell.RunAsync(Tool, ["up", name, .. options], TimeSpan.FromMinutes(5));
        var words = (await Shell.RunAsync(Tool, ["wait", name], TimeSpan.FromMinutes(5))).Split(' ');
        return new LabGuest(name, words[1]);
    }

    public Task<string> RunAsync(string script) => RunAsync(script, "");

    public Task<string> RunAsync(string script, string input) => Shell.RunAsync(Tool, ["ssh", Name, script], TimeSpan.FromMinutes(5), input);

    /// <summary>The same, with what a command of this machine prints as its input.</summary>
    public Task<string> PipeAsync(string command, string script) => Shell.RunAsync("sh", ["-c", $"{command} | '{Tool}' ssh {Name} '{script}'"], TimeSpan.FromMinutes(5));

    /// <summary>True when a shell text inside the guest succeeds.</summary>
    public async Task<bool> TryAsync(string script) => (await Shell.TryAsync(Tool, ["ssh", Name, script], TimeSpan.FromMinutes(5))).Code == 0;

    public Task RebootAsync() => Shell.RunAsync(Tool, ["reboot", Name], TimeSpan.FromMinutes(5));

    public async ValueTask DisposeAsync() => await Shell.RunAsync(Tool, ["wipe", Name], TimeSpan.FromMinutes(1));
}
