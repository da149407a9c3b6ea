using System.Globalization;
using System.Net;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Hosts;

/// <summary>IPv4 addresses written as <c>10.0.0.11-10.0.0.15</c> or <c>10.0.0.11-15</c>, the way Sealos takes them.</summary>
internal static class AddressRange
{
    /// <summary>Reads a range.</summary>
    /// <returns>Its addresses in order, or null when the text is no range.</returns>
    /// <exception cref="FormatException">It is a range that cannot be meant: backwards, or longer than <see cref="HostList.MaximumHosts"/>.</exception>
    public static IReadOnlyList<string>? Parse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !Subnet.IsIPv4(text[..dash]))
        {
            return null;
        }

        var (from, end) = (text[..dash], text[(dash + 1)..]);
        if (byte.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var last))
        {
            end = string.Create(CultureInfo.InvariantCulture, $"{from[..from.LastIndexOf('.')]}.{last}");
        }

        if (!Subnet.IsIPv4(end))
        {
            throw new FormatException($"the end of the range \"{InputText.Shown(text)}\" is not an address.");
        }

        var (first, count) = (Number(from), (long)Number(end) - Number(from) + 1);
        return count is > 0 and <= HostList.MaximumHosts
            ? [.. Enumerable.Range(0, (int)count).Select(i => Text(first + (uint)i))]
            : throw new FormatException(count <= 0 ? $"the range \"{InputText.Shown(text)}\" runs backwards." : string.Create(CultureInfo.InvariantCulture, $"the range \"{InputText.Shown(text)}\" has {count} addresses; at most {HostList.MaximumHosts} are taken."));
    }

    private static uint Number(string address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes());

    private static string Text(uint number)
    {
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes).ToString();
    }
}
