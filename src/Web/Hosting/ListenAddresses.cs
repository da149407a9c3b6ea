using System.Net;
using System.Net.Sockets;

namespace ClusterPanel.Web.Hosting;

/// <summary>Where the panel is served: <c>Panel:Listen</c> (<c>--listen</c>), or <c>urls</c> (<c>--urls</c>, <c>ASPNETCORE_URLS</c>) when given.</summary>
internal static class ListenAddresses
{
    private const string Setting = "Panel:Listen";
    private const string Certificate = "Kestrel:Certificates:Default";
    private const int Port = 8443;

    /// <summary>Reads and checks the addresses. One without http:// or https:// is served by HTTPS, on port 8443 when it names none.</summary>
    /// <exception cref="WrongSettingException">One cannot be used, or would serve the panel without TLS beyond this machine.</exception>
    public static IReadOnlyList<string> Read(IConfiguration configuration)
    {
        // It would be served there unseen by the checks below.
        if (configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            throw new WrongSettingException($"The setting Kestrel:Endpoints is not used by the panel: {Setting} says where it is served.");
        }

        var (name, value) = configuration["urls"] is { Length: > 0 } urls ? ("urls", urls) : (Setting, configuration[Setting] ?? "");
        var addresses = value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Full).ToList();
        if (addresses.Count == 0)
        {
            throw new WrongSettingException($"The setting {name} is empty; give it an address such as http://localhost:8080.");
        }

        var behindProxies = TrustedProxies.Read(configuration).Any;
        foreach (var address in addresses)
        {
            Check(name, address, behindProxies);
        }

        CheckCertificate(configuration);
        return addresses;
    }

    /// <summary>True when the panel serves HTTPS and is given no certificate for it.</summary>
    public static bool NeedCertificate(IReadOnlyList<string> addresses, IConfiguration configuration) =>
        addresses.Any(a => a.StartsWith("https:", StringComparison.OrdinalIgnoreCase)) && !configuration.GetSection(Certificate).Exists();

    private static string Full(string address)
    {
        if (address.Contains("://", StringComparison.Ordinal))
        {
            return address;
        }

        if (IPAddress.TryParse(address, out var alone) && alone.AddressFamily == AddressFamily.InterNetworkV6 && !address.StartsWith('['))
        {
            return $"https://[{address}]:{Port}";
        }

        return address.LastIndexOf(':') > address.LastIndexOf(']') ? $"https://{address}" : $"https://{address}:{Port}";
    }

    private static void Check(string name, string address, bool behindProxies)
    {
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(address);
        }
        catch (FormatException)
        {
            throw new WrongSettingException($"The setting {name} must be an address such as http://localhost:8080 or 192.0.2.5, not \"{address}\".");
        }

        var isHttp = parsed.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase);
        if (!isHttp && !parsed.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase))
        {
            throw new WrongSettingException($"The setting {name} must begin with http:// or https://, not \"{address}\".");
        }

        if (parsed.Port is < 0 or > 65535)
        {
            throw new WrongSettingException($"The setting {name} names port {parsed.Port}; a port is a number up to 65535.");
        }

        if (isHttp && !IsLoopback(parsed.Host) && !behindProxies)
        {
            throw new WrongSettingException(
                $"The setting {name} would serve passwords and keys without encryption at \"{address}\": use https://, or localhost with an SSH tunnel, or name the proxies that may come without encryption in Panel:TrustedProxies.");
        }
    }

    private static void CheckCertificate(IConfiguration configuration)
    {
        foreach (var setting in (string[])[$"{Certificate}:Path", $"{Certificate}:KeyPath"])
        {
            if (configuration[setting] is { Length: > 0 } file && !File.Exists(file))
            {
                throw new WrongSettingException($"The setting {setting} names the file {file}, which is not there.");
            }
        }
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
