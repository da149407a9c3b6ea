namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>
/// Everything about a host that a cluster could leave behind, line by line, to be compared before and after. Written apart from the
/// product's own comparison.
/// </summary>
internal static class HostSnapshot
{
    // What changes by itself is left out: counters, process ids, logs, the journal, machine-wide caches, and the credentials that
    // systemd mounts for as long as systemd-tmpfiles-clean runs, 15 minutes after a start.
    private const string Text = """
        export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        cd /
        for t in iptables-legacy-save ip6tables-legacy-save iptables-nft-save ip6tables-nft-save; do
          if command -v $t >/dev/null; then $t 2>/dev/null | grep -v -e '^#' -e ' ACCEPT \[' -e '^COMMIT' -e '^\*' | sed "s/\[[0-9:]*\]//; s/^/$t /"; fi
        done
        nft -s list ruleset 2>/dev/null | sed 's/^/nft /'
        if command -v ipvsadm >/dev/null; then ipvsadm -Sn 2>/dev/null | sed 's/^/ipvs /'; fi
        if command -v ipset >/dev/null; then ipset list -n 2>/dev/null | sed 's/^/ipset /'; fi
        ip -o link | sed 's/^[0-9]*: \([^ @:]*\).*/link \1/'
        ip -o addr | awk '$4 !~ /^fe80/ { print "address", $2, $4 }'
        ip route show table all | grep -v -e '^fe80' -e ff00 -e fe80 | sed 's/ expires [^ ]*//; s/^/route /'
        ip netns list | sed 's/^/netns /'
        awk '{ print "mount", $1, $2, $3 }' /proc/mounts | grep -v -e ' /run/user/' -e ' /run/credentials/systemd-tmpfiles-clean[.]service '
        ps -eo comm= | grep -v -e '^ps$' -e '^sh$' -e '^sed$' -e '^grep$' -e '^sort$' -e '^sshd' -e '^(sd-pam)' -e '^systemd' -e '^agetty' -e '^awk$' -e '^cut$' -e '^bash$' -e kworker | sort -u | sed 's/^/process /'
        ss -Hltunp | awk '{ print "port", $1, $5 }'
        systemctl list-unit-files --no-legend --no-pager | awk '$2 != "transient" { print "unit", $1, $2 }'
        systemctl list-units --all --plain --no-legend --no-pager --type=service,socket,slice,mount,swap | awk '$1 !~ /^(user|session|run-user|run-credentials-systemd.x2dtmpfiles.x2dclean[.]|systemd-|clusterpanel-.*-check|dbus)/ && $2 != "not-found" { print "state", $1, $3 }'
        sysctl -a 2>/dev/null | grep -E '^(net[.]ipv4[.](ip_forward|conf[.](all|default|eth0)[.]|vs[.])|net[.]ipv6[.]conf[.]all[.]forwarding|net[.]bridge|net[.]netfilter[.]nf_conntrack_(max|tcp_timeout)|vm[.](overcommit|panic)|kernel[.](panic|keys))' | sed 's/^/sysctl /'
        cat /proc/swaps | sed 's/^/swap /'
        find /etc /usr /opt /root /srv /var/lib /var/spool /var/log/pods /var/log/containers -xdev \
          ! -path '/var/lib/systemd/*' ! -path '/var/lib/dpkg/*' ! -path '/var/lib/private/*' ! -path '/var/lib/apt/*' ! -path '/etc/machine-id' ! -path '/etc/stand-in*' \
          -printf '%y %M %u %g %p %l\n' 2>/dev/null | sed 's/^/file /'
        find /etc /root /opt /usr/local /usr/bin /usr/sbin -xdev -type f ! -path '/etc/stand-in*' -exec sha256sum {} + 2>/dev/null | sed 's/^/sum /'
        """;

    /// <summary>The lines, sorted.</summary>
    public static Task<IReadOnlyList<string>> TakeAsync(LabHosts lab, string host) => TakeAsync(text => lab.RunAsync(host, text));

    /// <summary>The same of a host that is reached in another way.</summary>
    public static async Task<IReadOnlyList<string>> TakeAsync(Func<string, Task<string>> run) =>
        [.. (await run(Text)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd()).Order(StringComparer.Ordinal)];

    /// <summary>Lines that came or went, also where there were several equal ones.</summary>
    public static IReadOnlyList<string> Compare(IReadOnlyList<string> before, IReadOnlyList<string> after) =>
        [.. More(before, after).Select(l => $"gone: {l}"), .. More(after, before).Select(l => $"new: {l}")];

    private static IEnumerable<string> More(IReadOnlyList<string> these, IReadOnlyList<string> those)
    {
        var counts = those.CountBy(l => l).ToDictionary();
        return these.CountBy(l => l).Where(l => l.Value > counts.GetValueOrDefault(l.Key)).Select(l => l.Key);
    }
}
