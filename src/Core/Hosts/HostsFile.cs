namespace ClusterPanel.Core.Hosts;

/// <summary>
/// Texts that keep the panel's lines in <c>/etc/hosts</c>, between two marks at its end; everything else there stays. What the
/// lines should be lies in <see cref="Wanted"/>: a unit puts them back when somebody (cloud-init, an editor, a configuration
/// tool) has written the file anew, with or without the panel.
/// </summary>
public static class HostsFile
{
    /// <summary>Where the lines lie as they should be.</summary>
    public const string Wanted = "/etc/clusterpanel/hosts";

    /// <summary>Where the script lies that puts them back.</summary>
    public const string KeeperPath = "/usr/local/lib/clusterpanel/hosts";

    /// <summary>The unit that runs it, at boot before kubelet and whenever <see cref="PathUnit"/> sees a change.</summary>
    public const string Unit = "clusterpanel-hosts.service";

    /// <summary>The unit that sees changes of the file.</summary>
    public const string PathUnit = "clusterpanel-hosts.path";

    /// <summary>Text of <see cref="Unit"/>. cloud-init writes the file, where it is told to, in its own unit.</summary>
    public const string UnitText = $"""
        [Unit]
        Description=ClusterPanel: keeps its lines in /etc/hosts
        After=local-fs.target cloud-init.service
        Before=kubelet.service
        StartLimitIntervalSec=0

        [Service]
        Type=oneshot
        ExecStart={KeeperPath}

        [Install]
        WantedBy=multi-user.target

        """;

    /// <summary>Text of <see cref="PathUnit"/>.</summary>
    public const string PathUnitText = """
        [Unit]
        Description=ClusterPanel: sees when /etc/hosts is changed

        [Path]
        PathChanged=/etc/hosts

        [Install]
        WantedBy=multi-user.target

        """;

    /// <summary>The script of <see cref="Unit"/>.</summary>
    public const string Keeper = $$"""
        #!/bin/sh
        # Keeps ClusterPanel's lines in /etc/hosts. Part of ClusterPanel; do not edit.
        set -eu
        export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        {{Merge}}

        """;

    /// <summary>Text that puts lines between the marks, replacing what stood there.</summary>
    /// <param name="lines">Lines of hosts(5). Shell variables in them are expanded.</param>
    public static string Write(IEnumerable<string> lines) => $$"""
        mkdir -p /etc/clusterpanel
        cat > {{Wanted}}.new <<HOSTS
        {{string.Join('\n', lines)}}
        HOSTS
        mv -f {{Wanted}}.new {{Wanted}}
        {{Merge}} > /dev/null
        """;

    // The keeper may be at it at the same time.
    private const string Merge = $$"""
        (
          flock 8
          [ -e /etc/hosts ] || : > /etc/hosts
          if [ "$({{Read}})" != "$(cat {{Wanted}})" ]; then
            cp -p /etc/hosts /etc/hosts.clusterpanel
            {
              {{Others}}
              echo '# clusterpanel begin: kept by ClusterPanel, do not edit'
              cat {{Wanted}}
              echo '# clusterpanel end'
            } > /etc/hosts.clusterpanel
            # A bind-mounted hosts file cannot be renamed over.
            mv -f /etc/hosts.clusterpanel /etc/hosts 2>/dev/null || { cat /etc/hosts.clusterpanel > /etc/hosts; rm -f /etc/hosts.clusterpanel; }
            echo "the lines of ClusterPanel in /etc/hosts were lost, and are there again"
          fi
        ) 8< /etc/clusterpanel
        """;

    /// <summary>
    /// Text that gives a name another address in the hosts files of pods on the host's network: kubelet copies the host's file when such a
    /// pod starts, and never again. Written in place, because the containers have the file itself mounted.
    /// </summary>
    /// <param name="address">The address it is to have.</param>
    /// <param name="name">The name.</param>
    public static string InPods(string address, string name) => $$"""
        for f in /var/lib/kubelet/pods/*/etc-hosts; do
          if grep -q '[[:space:]]{{name}}$' "$f" 2>/dev/null; then
            lines=$(sed 's/^[0-9][^[:space:]]*\([[:space:]]\{1,\}{{name}}\)$/{{address}}\1/' "$f")
            printf '%s\n' "$lines" > "$f"
          fi
        done
        """;

    /// <summary>Text that prints the lines between the marks.</summary>
    public const string Read = "awk '/^# clusterpanel begin/ { ours = 1; n = 0; next } /^# clusterpanel end/ { for (i = 0; i < n && ours; i++) print line[i]; ours = 0 } { line[n++] = $0 }' /etc/hosts";

    /// <summary>Text that prints everything else: a mark without its other half goes, but no line of somebody's with it.</summary>
    public const string Others = "awk '{ line[NR] = $0 } /^# clusterpanel begin/ { ours[NR]; begin = NR } /^# clusterpanel end/ { for (i = begin ? begin : NR; i <= NR; i++) ours[i]; begin = 0 } END { for (i = 1; i <= NR; i++) if (!(i in ours)) print line[i] }' /etc/hosts";
}
