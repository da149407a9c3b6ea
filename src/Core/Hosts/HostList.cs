using System.Globalization;
using System.Net;

namespace ClusterPanel.Core.Hosts;

/// <summary>
/// Reads a pasted list of hosts: one per line, <c>name address[:port] [user]</c>; empty lines and <c>#</c> comments are passed over.
/// A range of addresses (<c>web1 10.0.0.21-10.0.0.25</c>) stands for hosts whose names count on: web1 to web5.
/// </summary>
public static class HostList
{
    /// <summary>How many hosts one list may hold.</summary>
    public const int MaximumHosts = 1000;

    private const int MostErrors = 20;

    /// <summary>Reads the list.</summary>
    /// <exception cref="InvalidInputException">A line is wrong; each error names its line.</exception>
    public static IReadOnlyList<NewHost> Parse(string text)
    {
        var hosts = new List<NewHost>();
        var errors = new List<FieldError>();
        var names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var endpoints = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length && hosts.Count <= MaximumHosts && errors.Count < MostErrors; i++)
        {
            var line = lines[i].Split('#')[0].Replace('\t', ' ').Trim();
            if (line.Length == 0)
            {
                continue;
            }

            var number = i + 1;
            if (!InputText.IsPlain(line))
            {
                errors.Add(new("list", string.Create(CultureInfo.InvariantCulture, $"Line {number}: it holds characters that are not seen. Type it anew.")));
                continue;
            }

            foreach (var (host, wrong) in ParseLine(line))
            {
                var problem = wrong;
                problem ??= names.TryGetValue(host!.Name, out var first) ? $"the name \"{host.Name}\" stands in line {first} already." : null;
                problem ??= endpoints.TryGetValue($"{host!.Address} {host.Port}", out first) ? $"the address {host.Address} stands in line {first} already." : null;
                if (problem is not null)
                {
                    errors.Add(new("list", string.Create(CultureInfo.InvariantCulture, $"Line {number}: {problem}")));
                    break;
                }

                names[host!.Name] = number;
                endpoints[$"{host.Address} {host.Port}"] = number;
                hosts.Add(host);
            }
        }

        if (errors.Count == 0 && hosts.Count == 0)
        {
            errors.Add(new("list", "The list is empty. Write one host per line: name address[:port] [user]."));
        }

        if (hosts.Count > MaximumHosts)
        {
            errors.Add(new("list", string.Create(CultureInfo.InvariantCulture, $"The list has too many hosts: at most {MaximumHosts} can be added at once.")));
        }

        InvalidInputException.ThrowIfAny(errors);
        return hosts;
    }

    private static IEnumerable<(NewHost? Host, string? Problem)> ParseLine(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is < 2 or > 3)
        {
            return [(null, "write a name, an address and, if it differs, a user: \"web1 10.0.0.11:22 admin\".")];
        }

        var (address, port) = SplitEndpoint(words[1]);
        if (port is null)
        {
            return [(null, $"the port in \"{InputText.Shown(words[1])}\" is not a number from 1 to 65535.")];
        }

        var user = words.Length == 3 ? words[2] : null;
        try
        {
            return AddressRange.Parse(address) is { } addresses
                ? addresses.Select((a, i) => Checked(new NewHost(CountOn(words[0], i), a, port.Value, user)))
                : [Checked(new NewHost(words[0], address, port.Value, user))];
        }
        catch (FormatException e)
        {
            return [(null, e.Message)];
        }
    }

    private static (NewHost? Host, string? Problem) Checked(NewHost host)
    {
        var errors = HostRules.Check(host);
        return errors.Count == 0 ? (host, null) : (null, char.ToLowerInvariant(errors[0].Message[0]) + errors[0].Message[1..]);
    }

    // web1, web2, …; web09, web10, …; web, web2, … where there is no number to count on from.
    private static string CountOn(string name, int steps)
    {
        var stem = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        var digits = name[stem.Length..];
        return steps == 0 || digits.Length > 6 ? name
            : digits.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{name}{steps + 1}")
            : stem + (int.Parse(digits, CultureInfo.InvariantCulture) + steps).ToString(CultureInfo.InvariantCulture).PadLeft(digits.Length, '0');
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
