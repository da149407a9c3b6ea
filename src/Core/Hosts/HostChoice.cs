using System.Globalization;

namespace ClusterPanel.Core.Hosts;

/// <summary>Hosts of the inventory, named by a typed list of names, addresses and ranges.</summary>
public static class HostChoice
{
    private static readonly char[] Between = [',', ';', ' ', '\t', '\r', '\n'];

    /// <summary>Finds them.</summary>
    /// <param name="text">Names, addresses and ranges (<c>10.0.0.11-10.0.0.15</c> or <c>10.0.0.11-15</c>) with commas or blanks between.</param>
    /// <param name="hosts">The inventory.</param>
    /// <returns>The hosts in the order they were named, and what is not in the inventory.</returns>
    /// <exception cref="InvalidInputException">Field "addresses": nothing or too much is named, or a range is wrong.</exception>
    public static (IReadOnlyList<Host> Hosts, IReadOnlyList<string> Unknown) Find(string? text, IReadOnlyList<Host> hosts)
    {
        List<Host> found = [];
        List<string> unknown = [];
        var words = (text ?? "").Split(Between, StringSplitOptions.RemoveEmptyEntries).SelectMany(Expand).Take(HostList.MaximumHosts + 1).ToList();
        if (words.Count > HostList.MaximumHosts)
        {
            throw new InvalidInputException("addresses", string.Create(CultureInfo.InvariantCulture, $"At most {HostList.MaximumHosts} hosts can be named at once."));
        }

        foreach (var word in words.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (hosts.FirstOrDefault(h => h.Address.Equals(word, StringComparison.OrdinalIgnoreCase) || h.Name.Equals(word, StringComparison.OrdinalIgnoreCase)) is { } host)
            {
                found.Add(host);
            }
            else
            {
                unknown.Add(word);
            }
        }

        return found.Count + unknown.Count > 0
            ? ([.. found.Distinct()], unknown)
            : throw new InvalidInputException("addresses", "Write addresses, ranges or names: 10.0.0.11, 10.0.0.21-10.0.0.25, web1.");
    }

    private static IReadOnlyList<string> Expand(string word)
    {
        if (!InputText.IsPlain(word))
        {
            throw new InvalidInputException("addresses", "A name or address holds characters that are not seen. Type it anew.");
        }

        try
        {
            return AddressRange.Parse(word) ?? [word];
        }
        catch (FormatException e)
        {
            throw new InvalidInputException("addresses", char.ToUpperInvariant(e.Message[0]) + e.Message[1..]);
        }
    }
}
