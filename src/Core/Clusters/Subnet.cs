using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ClusterPanel.Core.Clusters;

/// <summary>An IPv4 subnet in CIDR notation.</summary>
public readonly record struct Subnet
{
    private readonly uint _network;

    private Subnet(uint network, int prefix)
    {
        _network = network;
        Prefix = prefix;
    }

    /// <summary>Length of the network part in bits.</summary>
    public int Prefix { get; }

    /// <summary>How many addresses it holds.</summary>
    public long Size => 1L << (32 - Prefix);

    /// <summary>Reads <c>a.b.c.d/n</c>. Bits behind the network part are cut off, as kubeadm does.</summary>
    /// <returns>False when it is not a subnet.</returns>
    public static bool TryParse(string? text, out Subnet subnet)
    {
        subnet = default;
        var parts = (text ?? "").Split('/', 3);
        if (parts.Length != 2 || !IsIPv4(parts[0]) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var prefix) || prefix > 32
            || prefix.ToString(CultureInfo.InvariantCulture) != parts[1])
        {
            return false;
        }

        subnet = new(ToNumber(IPAddress.Parse(parts[0])) & Mask(prefix), prefix);
        return true;
    }

    /// <summary>Reads one that is known to be one.</summary>
    /// <exception cref="FormatException">It is not a subnet.</exception>
    public static Subnet Parse(string text) => TryParse(text, out var subnet) ? subnet : throw new FormatException($"\"{text}\" is not an IPv4 CIDR.");

    /// <summary>True for an IPv4 address in its usual four-part form.</summary>
    public static bool IsIPv4(string text) =>
        IPAddress.TryParse(text, out var ip) && ip.AddressFamily == AddressFamily.InterNetwork && ip.ToString() == text;

    /// <summary>True when the address lies in it.</summary>
    public bool Contains(string address) => IsIPv4(address) && (ToNumber(IPAddress.Parse(address)) & Mask(Prefix)) == _network;

    /// <summary>True when the two share an address.</summary>
    public bool Overlaps(Subnet other)
    {
        var mask = Mask(Math.Min(Prefix, other.Prefix));
        return (_network & mask) == (other._network & mask);
    }

    /// <summary>The address at a distance from the network address: 1 is the kubernetes Service, 10 cluster DNS (kubeadm's GetDNSIP).</summary>
    public string AddressAt(int index)
    {
        var n = _network + (uint)index;
        return string.Create(CultureInfo.InvariantCulture, $"{n >> 24}.{(n >> 16) & 255}.{(n >> 8) & 255}.{n & 255}");
    }

    /// <summary>Network address and prefix.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{AddressAt(0)}/{Prefix}");

    private static uint Mask(int prefix) => prefix == 0 ? 0 : uint.MaxValue << (32 - prefix);

    private static uint ToNumber(IPAddress address) => address.GetAddressBytes().Aggregate(0u, (n, b) => (n << 8) | b);
}
