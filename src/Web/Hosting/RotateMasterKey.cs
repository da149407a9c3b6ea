namespace ClusterPanel.Web.Hosting;

/// <summary>The command <c>rotate-master-key [--prepare] [settings…]</c>.</summary>
/// <param name="PrepareOnly">Only the file is to be prepared.</param>
/// <param name="Settings">The settings on the command line.</param>
internal sealed record RotateMasterKey(bool PrepareOnly, string[] Settings)
{
    private const string Name = "rotate-master-key";
    private const string Prepare = "--prepare";

    /// <summary>True when the command line is this command.</summary>
    public static bool IsAskedFor(string[] args) => args is [Name, ..];

    /// <returns>Null when the command line is something else.</returns>
    /// <exception cref="WrongSettingException">Something on it is neither the option nor a setting.</exception>
    public static RotateMasterKey? Read(string[] args)
    {
        if (!IsAskedFor(args))
        {
            return null;
        }

        var settings = args[1..].Where(a => a != Prepare).ToArray();

        // A misspelt option would be passed over in silence, and more would be done than was asked for.
        if (settings.FirstOrDefault(a => !a.StartsWith("--", StringComparison.Ordinal) || !a.Contains(':') || !a.Contains('=')) is { } wrong)
        {
            throw new WrongSettingException($"\"{wrong}\" is neither {Prepare} nor a setting like --Panel:DataDirectory=/srv/clusterpanel.");
        }

        return new RotateMasterKey(args.Contains(Prepare), settings);
    }

    /// <summary>One sentence on standard error.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RefuseAsync(string sentence)
    {
        await Console.Error.WriteLineAsync($"{Name} stopped: {sentence}");
        return 1;
    }
}
