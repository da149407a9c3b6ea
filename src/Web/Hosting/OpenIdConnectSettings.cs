using System.Net;
using ClusterPanel.Core.Access;

namespace ClusterPanel.Web.Hosting;

/// <summary>Section <c>OpenIdConnect</c>: sign-in through an identity provider. No record: those print all they hold, and this holds a secret.</summary>
internal sealed class OpenIdConnectSettings
{
    public const string Section = "OpenIdConnect";

    private const string DefaultDisplayName = "OpenID Connect";
    private const string DefaultNameClaim = "preferred_username";
    private const string DefaultRoleClaim = "roles";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly (string Setting, Role Role)[] RoleSettings =
        [($"{Section}:Administrators", Role.Administrator), ($"{Section}:Operators", Role.Operator), ($"{Section}:Viewers", Role.Viewer)];

    private readonly Dictionary<string, Role> _roles = new(StringComparer.Ordinal);

    private OpenIdConnectSettings(IConfiguration configuration)
    {
        Authority = ReadAuthority(configuration);
        ClientId = Required(configuration, $"{Section}:ClientId");
        ClientSecret = ReadSecret(Required(configuration, $"{Section}:ClientSecretFile"));
        NameClaim = Optional(configuration, $"{Section}:NameClaim", DefaultNameClaim);
        RoleClaim = Optional(configuration, $"{Section}:RoleClaim", DefaultRoleClaim);
        DisplayName = Optional(configuration, $"{Section}:DisplayName", DefaultDisplayName);

        // From the highest role down: a value that stands in two of them gives the higher one.
        foreach (var (setting, role) in RoleSettings)
        {
            foreach (var value in Values(configuration.GetSection(setting)))
            {
                _roles.TryAdd(value, role);
            }
        }

        if (_roles.Count == 0)
        {
            throw new WrongSettingException($"None of the settings {string.Join(", ", RoleSettings.Select(r => r.Setting))} has a value, so that nobody could sign in with OpenID Connect.");
        }
    }

    /// <summary>The settings there are.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        $"{Section}:Authority", $"{Section}:ClientId", $"{Section}:ClientSecretFile", $"{Section}:NameClaim", $"{Section}:RoleClaim", $"{Section}:DisplayName",
        .. RoleSettings.Select(r => r.Setting),
    ];

    public Uri Authority { get; }

    public string ClientId { get; }

    public string ClientSecret { get; }

    public string NameClaim { get; }

    public string RoleClaim { get; }

    public string DisplayName { get; }

    /// <summary>Reads and checks the settings.</summary>
    /// <returns>Null when none is set.</returns>
    /// <exception cref="WrongSettingException">One is missing or wrong.</exception>
    public static OpenIdConnectSettings? Read(IConfiguration configuration) =>
        configuration.GetSection(Section).AsEnumerable().Any(s => s.Value is { Length: > 0 }) ? new(configuration) : null;

    /// <summary>The highest role that these values of the role claim give, or null.</summary>
    public Role? RoleOf(IEnumerable<string> values) => values.Select(v => _roles.TryGetValue(v, out var role) ? role : (Role?)null).Max();

    private static string Required(IConfiguration configuration, string setting) => configuration[setting] is { Length: > 0 } value
        ? value
        : throw new WrongSettingException($"The setting {setting} is missing: sign-in with OpenID Connect, of which other settings are there, needs it.");

    private static string Optional(IConfiguration configuration, string setting, string otherwise) => configuration[setting] is { Length: > 0 } value ? value : otherwise;

    // A list, or a single value without a number behind the setting's name.
    private static IEnumerable<string> Values(IConfigurationSection section) =>
        section.GetChildren().Select(c => c.Value).Prepend(section.Value).OfType<string>().Where(v => v.Length > 0);

    private static Uri ReadAuthority(IConfiguration configuration)
    {
        const string Setting = $"{Section}:Authority";
        var value = Required(configuration, Setting);
        if (!Uri.TryCreate(value, UriKind.Absolute, out var authority) || authority.Scheme is not ("http" or "https") || authority.Query.Length + authority.Fragment.Length + authority.UserInfo.Length > 0)
        {
            throw new WrongSettingException($"The setting {Setting} must be an address such as https://id.example.org, not \"{value}\".");
        }

        return authority.Scheme == Uri.UriSchemeHttps || IsLoopback(authority.Host)
            ? authority
            : throw new WrongSettingException($"The setting {Setting} would send the client's secret without encryption to \"{value}\": use https://.");
    }

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static string ReadSecret(string file)
    {
        const string Setting = $"{Section}:ClientSecretFile";
        if (!Path.IsPathFullyQualified(file))
        {
            throw new WrongSettingException($"The setting {Setting} must be a full path, not \"{file}\".");
        }

        string text;
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & ~OwnerOnly) != 0)
            {
                throw new WrongSettingException($"The setting {Setting} names the file {file}, which others than its owner may use: chmod 600 {file}.");
            }

            using var reader = new StreamReader(stream);
            text = reader.ReadToEnd().Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WrongSettingException($"The setting {Setting} names the file {file}, which is not there.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WrongSettingException($"The setting {Setting} names the file {file}, which cannot be read: {e.Message.TrimEnd('.')}.");
        }

        return text.Length > 0 && !text.Any(char.IsControl)
            ? text
            : throw new WrongSettingException($"The setting {Setting} names the file {file}, which must hold the client's secret on one line.");
    }
}
