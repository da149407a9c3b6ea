using System.Globalization;

namespace ClusterPanel.Web.Hosting;

/// <summary>The panel's own settings. A name that is not one of them is a misspelt one, which would be ignored in silence.</summary>
internal static class KnownSettings
{
    private static readonly string[] Names = ["Panel:Listen", "Panel:DataDirectory", "Panel:MasterKeyFile", "Panel:Packages", "Panel:TrustedProxies", "Database:ConnectionString", "Database:PasswordFile", "Log:MaxMebibytesPerCommand", "Log:KeepDays", "Certificates:WarnDays"];
    private static readonly string[] Numbers = ["Log:MaxMebibytesPerCommand", "Log:KeepDays", "Certificates:WarnDays"];
    private static readonly string[] Sections = ["Panel", "Database", "Log", "Certificates", OpenIdConnectSettings.Section];

    /// <summary>Checks the names of what is set, and that numbers are numbers.</summary>
    /// <exception cref="WrongSettingException">There is no such setting, or it must be a number.</exception>
    public static void Check(IConfiguration configuration)
    {
        string[] names = [.. Names, .. OpenIdConnectSettings.Names];
        var set = Sections.SelectMany(s => configuration.GetSection(s).GetChildren());
        if (set.FirstOrDefault(s => !names.Contains(s.Path, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new WrongSettingException($"There is no setting {unknown.Path}; there are {string.Join(", ", names)}.");
        }

        if (Numbers.FirstOrDefault(n => configuration[n] is { } value && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) is { } wrong)
        {
            throw new WrongSettingException($"The setting {wrong} must be a whole number, not \"{configuration[wrong]}\".");
        }
    }
}
