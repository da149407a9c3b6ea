using System.Net;
using System.Text.RegularExpressions;

namespace ClusterPanel.Core.Hosts;

/// <summary>What the fields of a host may hold.</summary>
public static partial class HostRules
{
    /// <summary>Every wrong field of a host.</summary>
    public static IReadOnlyList<FieldError> Check(NewHost host)
    {
        var errors = new List<FieldError>();
        if (!NamePattern().IsMatch(host.Name))
        {
            errors.Add(new("name", $"The name \"{InputText.Shown(host.Name)}\" must be 1 to 63 letters, digits, dots or hyphens, and begin and end with a letter or digit."));
        }

        if (!IsAddress(host.Address))
        {
            errors.Add(new("address", $"The address \"{InputText.Shown(host.Address)}\" is neither an IP address nor a DNS name."));
        }

        if (host.Port is < 1 or > 65535)
        {
            errors.Add(new("port", "The port must be from 1 to 65535."));
        }

        if (host.User is not null && !IsUser(host.User))
        {
            errors.Add(new("user", $"The user \"{InputText.Shown(host.User)}\" must be 1 to 32 letters, digits, dots, hyphens or underscores, and begin with a letter or underscore."));
        }

        return errors;
    }

    /// <summary>True for a login name that Linux accepts (useradd(8), plus dots and capitals as directories services use).</summary>
    public static bool IsUser(string user) => UserPattern().IsMatch(user);

    /// <summary>True for an IP address in its usual form, or a DNS name (RFC 1123).</summary>
    public static bool IsAddress(string address) =>
        IPAddress.TryParse(address, out var ip)
            ? address.Contains(':') ? ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && !address.AsSpan().ContainsAny("%[]") : ip.ToString() == address
            : address.Length <= 253 && !NumericPattern().IsMatch(address) && DnsPattern().IsMatch(address);

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9._-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex UserPattern();

    [GeneratedRegex(@"^[0-9.]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumericPattern();

    [GeneratedRegex(@"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DnsPattern();
}
