using System.Net;

namespace ClusterPanel.Web.Hosting;

/// <summary>Where the panel is served: <c>Panel:Listen</c>, or <c>urls</c> (<c>--urls</c>, <c>ASPNETCORE_URLS</c>) when given.</summary>
internal static class ListenAddresses
{
    private const string Setting = "Panel:Listen";

    /// <summary>Reads and checks the addresses.</summary>
    /// <exception cref="WrongSettingException">One cannot be used, or would serve the panel without TLS beyond this machine.</exception>
    public static IReadOnlyList<string> Read(IConfiguration configuration)
    {
        var (name, value) = configuration["urls"] is { Length: > 0 } urls ? ("urls", urls) : (Setting, configuration[Setting] ?? "");
        var addresses = value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (addresses.Length == 0)
        {
            throw new WrongSettingException($"The setting {name} is empty; give it an address such as http://localhost:8080.");
        }

        foreach (var address in addresses)
        {
            Check(name, address);
        }

        if (addresses.Any(a => a.StartsWith("https:", StringComparison.OrdinalIgnoreCase)))
        {
            CheckCertificate(name, configuration);
        }

        return addresses;
    }

    private static void Check(string name, string address)
    {
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(address);
        }
        catch (FormatException)
        {
            throw new WrongSettingException($"The setting {name} must be an address such as http://localhost:8080, not \"{address}\".");
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

        if (isHttp && !IsLoopback(parsed.Host))
        {
            throw new WrongSettingException(
                $"The setting {name} would serve passwords and keys without encryption at \"{address}\": use https:// with a certificate (Kestrel:Certificates:Default), or localhost behind a proxy or an SSH tunnel.");
        }
    }

    private static void CheckCertificate(string name, IConfiguration configuration)
    {
        const string Certificate = "Kestrel:Certificates:Default";
        foreach (var setting in (string[])[$"{Certificate}:Path", $"{Certificate}:KeyPath"])
        {
            if (configuration[setting] is { Length: > 0 } file && !File.Exists(file))
            {
                throw new WrongSettingException($"The setting {setting} names the file {file}, which is not there.");
            }
        }

        if (!configuration.GetSection(Certificate).Exists())
        {
            throw new WrongSettingException($"The setting {name} asks for https://, but no certificate is named: give {Certificate}:Path and {Certificate}:KeyPath.");
        }
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
