namespace ClusterPanel.Core.Hosts;

/// <summary>Texts that keep the panel's lines in <c>/etc/hosts</c>, between two marks at its end; everything else there stays.</summary>
public static class HostsFile
{
    /// <summary>Text that puts lines between the marks, replacing what stood there.</summary>
    /// <param name="lines">Lines of hosts(5). Shell variables in them are expanded.</param>
    public static string Write(IEnumerable<string> lines) => $$"""
        cp -p /etc/hosts /etc/hosts.clusterpanel
        {
          awk '/^# clusterpanel begin/ { ours = 1 } !ours { print } /^# clusterpanel end/ { ours = 0 }' /etc/hosts
          cat <<HOSTS
        # clusterpanel begin: kept by ClusterPanel, do not edit
        {{string.Join('\n', lines)}}
        # clusterpanel end
        HOSTS
        } > /etc/hosts.clusterpanel
        # A bind-mounted hosts file cannot be renamed over.
        mv -f /etc/hosts.clusterpanel /etc/hosts 2>/dev/null || { cat /etc/hosts.clusterpanel > /etc/hosts; rm -f /etc/hosts.clusterpanel; }
        """;

    /// <summary>Text that prints the lines between the marks.</summary>
    public const string Read = "awk '/^# clusterpanel end/ { ours = 0 } ours { print } /^# clusterpanel begin/ { ours = 1 }' /etc/hosts";
}
