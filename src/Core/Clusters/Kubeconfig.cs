using System.Globalization;
using System.Text.RegularExpressions;

namespace ClusterPanel.Core.Clusters;

/// <summary>Changes kubeconfig files that kubeadm wrote.</summary>
public static partial class Kubeconfig
{
    /// <summary>The same kubeconfig with another API server address. kubeadm writes exactly one cluster, so there is one <c>server:</c> line.</summary>
    /// <exception cref="FormatException">There is not exactly one server in it.</exception>
    public static string WithServer(string kubeconfig, string address, int port)
    {
        if (ServerLine().Count(kubeconfig) != 1)
        {
            throw new FormatException("The kubeconfig does not name exactly one server.");
        }

        var host = address.Contains(':') ? $"[{address}]" : address;
        return ServerLine().Replace(kubeconfig, m => string.Create(CultureInfo.InvariantCulture, $"{m.Groups[1].Value}https://{host}:{port}"));
    }

    [GeneratedRegex(@"^(\s+server:\s+)\S+[ \t]*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ServerLine();
}
