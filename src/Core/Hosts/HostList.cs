using System.Globalization;
using System.Net;

namespace ClusterPanel.Core.Hosts;

/// <summary>Reads a pasted list of hosts: one per line, <c>name address[:port] [user]</c>; empty lines and <c>#</c> comments are passed over.</summary>
public static class HostList
{
    /// <summary>How many hosts one list may hold.</summary>
    public const int MaximumHosts = 1000;

    /// <summary>Reads the list.</summary>
    /// <exception cref="InvalidInputException">A line is wrong; each error names its line.</exception>
    public static IReadOnlyList<NewHost> Parse(string text)
    {
        var hosts = new List<NewHost>();
        var errors = new List<FieldError>();
        var names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var endpoints = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Split('#')[0].Trim();
            if (line.Length == 0)
            {
                continue;
            }

            var number = i + 1;
            var (host, problem) = ParseLine(line);
            problem ??= names.TryGetValue(host!.Name, out var first) ? $"the name \"{host.Name}\" stands in line {first} already." : null;
            problem ??= endpoints.TryGetValue($"{host!.Address} {host.Port}", out first) ? $"the address {host.Address} stands in line {first} already." : null;
            if (problem is not null)
            {
                errors.Add(new("list", string.Create(CultureInfo.InvariantCulture, $"Line {number}: {problem}")));
                continue;
            }

            names[host!.Name] = number;
            endpoints[$"{host.Address} {host.Port}"] = number;
            hosts.Add(host);
        }

        if (errors.Count == 0 && hosts.Count == 0)
        {
            errors.Add(new("list", "The list is empty. Write one host per line: name address[:port] [user]."));
        }

        if (hosts.Count > MaximumHosts)
        {
            errors.Add(new("list", string.Create(CultureInfo.InvariantCulture, $"The list has {hosts.Count} hosts; at most {MaximumHosts} can be added at once.")));
        }

        InvalidInputException.ThrowIfAny(errors);
        return hosts;
    }

    private static (NewHost? Host, string? Problem) ParseLine(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is < 2 or > 3)
        {
            return (null, "write a name, an address and, if it differs, a user: \"web1 10.0.0.11:22 admin\".");
        }

        var (address, port) = SplitEndpoint(words[1]);
        if (port is null)
        {
            return (null, $"the port in \"{words[1]}\" is not a number from 1 to 65535.");
        }

        var host = new NewHost(words[0], address, port.Value, words.Length == 3 ? words[2] : null);
        var errors = HostRules.Check(host);
        return errors.Count == 0 ? (host, null) : (null, char.ToLowerInvariant(errors[0].Message[0]) + errors[0].Message[1..]);
    }

    private static (string Address, int? Port) SplitEndpoint(string text)
    {
        if (IPAddress.TryParse(text, out _) && !text.StartsWith('['))
        {
            return (text, 22);
        }

        var colon = text.LastIndexOf(':');
        var bracket = text.LastIndexOf(']');
        if (colon < 0 || colon < bracket)
        {
            return (text.Trim('[', ']'), 22);
        }

        var port = int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536 ? number : (int?)null;
        return (text[..colon].Trim('[', ']'), port);
    }
}
