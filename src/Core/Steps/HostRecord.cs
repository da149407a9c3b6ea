using System.Formats.Tar;
using System.IO.Compression;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// How a host was before the panel's first change, kept on the host in <c>/var/lib/clusterpanel/before</c> so that everything can be
/// undone exactly: copies of files (<c>files</c>, named in <c>kept</c>, and where there was one in <c>copied</c>), folders that were not there (<c>made</c>), what stood in
/// the folders Kubernetes fills (<c>trees</c>), and how the system was set (<c>state</c>, <c>sysctl</c>, <c>modules</c>, <c>units</c>).
/// </summary>
internal static class HostRecord
{
    /// <summary>Where it lies.</summary>
    public const string Directory = HostDirectories.Root + "/before";

    /// <summary>
    /// Folders that kubeadm, kubelet, etcd, pod networks and the panel fill. What was there before stays; what came since is theirs.
    /// Sources: kubeadm reset's own list, kubelet's --root-dir, the CNI specification's defaults, calico's and flannel's manifests.
    /// </summary>
    public static IReadOnlyList<string> Trees { get; } =
    [
        "/etc/kubernetes", "/etc/cni", "/opt/cni", "/var/lib/etcd", "/var/lib/kubelet", "/var/lib/cni", "/var/lib/calico", "/var/lib/cilium",
        "/var/log/pods", "/var/log/containers", "/var/log/calico", "/run/kubernetes", "/run/calico", "/run/flannel", "/run/hostgw", "/run/cilium",
        "/usr/libexec/kubernetes", "/etc/clusterpanel", "/usr/local/lib/clusterpanel", "/run/clusterpanel-apilb",
        "/root/.kube/cache", "/root/.kube/http-cache",
    ];

    /// <summary>Folders of the container runtime; the panel's only where it has installed it.</summary>
    public static IReadOnlyList<string> RuntimeTrees { get; } = ["/etc/containerd", "/var/lib/containerd", "/run/containerd", "/opt/containerd"];

    /// <summary>The mark that the panel has installed the container runtime.</summary>
    public const string RuntimeInstalled = HostDirectories.Root + "/installed/containerd";

    /// <summary>Folders that kubelet makes, empty, because the control plane's static pods mount them: removed only while they are empty.</summary>
    private static readonly string[] EmptyFolders = ["/etc/ca-certificates", "/etc/pki", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates"];

    /// <summary>
    /// Values that the panel, kubelet (pkg/kubelet/cm), kube-proxy (conntrack and IPVS settings) or containers set.
    /// </summary>
    private static readonly string[] Sysctls =
    [
        "net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables",
        "vm.overcommit_memory", "vm.panic_on_oom", "kernel.panic", "kernel.panic_on_oops", "kernel.keys.root_maxkeys", "kernel.keys.root_maxbytes",
        "net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_tcp_timeout_established", "net.netfilter.nf_conntrack_tcp_timeout_close_wait",
        "net.ipv4.conf.all.route_localnet", "net.ipv4.conf.all.arp_ignore", "net.ipv4.conf.all.arp_announce", "net.ipv6.conf.all.forwarding",
        "net.ipv4.vs.conntrack", "net.ipv4.vs.conn_reuse_mode", "net.ipv4.vs.expire_nodest_conn", "net.ipv4.vs.expire_quiescent_template", "net.ipv4.vs.sloppy_tcp",
    ];

    /// <summary>A shell function <c>keep FILE...</c> that remembers files as they are before their first change; a second call does nothing.</summary>
    public const string KeepFunction = $$"""
        keep() {
          mkdir -p {{Directory}}
          for kept in "$@"; do
            if ! grep -qxF "$kept" {{Directory}}/kept 2>/dev/null; then
              folder=${kept%/*}
              while [ -n "$folder" ] && [ ! -d "$folder" ]; do
                echo "$folder" >> {{Directory}}/made
                folder=${folder%/*}
              done
              if [ -e "$kept" ] || [ -L "$kept" ]; then
                mkdir -p "{{Directory}}/files${kept%/*}"
                cp -a "$kept" "{{Directory}}/files$kept"
                echo "$kept" >> {{Directory}}/copied
              fi
              echo "$kept" >> {{Directory}}/kept
            fi
          done
        }
        """;

    /// <summary>
    /// A shell function <c>state</c> that prints how the host is set, a line per fact, so that two states can be compared. Left out is
    /// what changes by itself: counters, life times, built-in chains of iptables that accept.
    /// </summary>
    public const string StateFunction = """
        state() {
          systemctl list-unit-files --no-legend --no-pager 2>/dev/null | awk '$2 != "transient" { print "unit", $1, $2 }'
          systemctl list-units --type=service,socket,timer,swap --state=active --plain --no-legend --no-pager 2>/dev/null | awk '$1 !~ /^(clusterpanel-|user@|user-runtime-dir@|session-|systemd-hostnamed|systemd-timedated)/ { print "active", $1 }'
          ip -o link show | sed 's/^[0-9]*: \([^:@]*\).*/link \1/'
          ip -o addr show scope global | awk '{ print "address", $2, $4 }'
          for family in -4 -6; do
            ip "$family" route show | sed 's/ expires [^ ]*//; s/ pref [^ ]*//; s/ *$//' | grep -v '^fe80::' | sed "s/^/route $family /"
          done
          for n in /run/netns/*; do if [ -e "$n" ]; then echo "netns ${n##*/}"; fi; done
          awk '$2 !~ /^\/(proc|sys|dev)\// && $2 !~ /^\/run\/(user|credentials)/ { print "mount", $2, $3 }' /proc/mounts
          for save in iptables-legacy-save ip6tables-legacy-save iptables-nft-save ip6tables-nft-save iptables-save ip6tables-save; do
            if command -v "$save" >/dev/null 2>&1; then
              "$save" 2>/dev/null | awk -v save="$save" '/^\*/ { table = substr($0, 2); next } /^(#|COMMIT|$)/ || /^:[^ ]+ ACCEPT/ { next } { sub(/ *\[[0-9:]*\]$/, ""); print save, table, $0 }'
            fi
          done
          nft -s list ruleset 2>/dev/null | awk '/^table/ { table = $2 " " $3 } { gsub(/^[ \t]+|[ \t{]+$/, ""); if ($0 != "" && $0 != "}") print "nft", table ":", $0 }'
          # Where the module is not loaded, ipvsadm would load it.
          if [ -e /proc/net/ip_vs ]; then ipvsadm -Sn 2>/dev/null | sed 's/^/ipvs /'; fi
          ss -Hltn 2>/dev/null | awk '{ print "port", $4 }'
          tail -n +2 /proc/swaps | awk '{ print "swap", $1 }'
        }
        """;

    /// <summary>Text that makes the record, once.</summary>
    public static string Make { get; } = $$"""
        {{KeepFunction}}
        {{StateFunction}}
        b={{Directory}}
        if [ ! -e "$b/done" ]; then
          rm -rf "$b"
          mkdir -p "$b"
          chmod 700 "$b"
          for f in /etc/hosts /etc/fstab; do if [ -e "$f" ]; then cp -p "$f" "$b/"; fi; done
          cp /proc/swaps "$b/swaps"
          cp /etc/machine-id "$b/machine" || :
          lsmod 2>/dev/null | sed 1d | cut -d ' ' -f 1 > "$b/modules" || :
          for k in {{string.Join(' ', Sysctls)}}; do
            p=/proc/sys/$(echo "$k" | tr . /)
            if [ -e "$p" ]; then echo "$k = $(cat "$p")"; fi
          done > "$b/sysctl"
          for u in kubelet containerd; do
            if systemctl is-enabled -q "$u" 2>/dev/null; then echo "$u"; fi
          done > "$b/units"
          trees="{{string.Join(' ', Trees)}}"
          # A container runtime that is there stays as it is, and may have a million files.
          command -v containerd >/dev/null 2>&1 || trees="$trees {{string.Join(' ', RuntimeTrees)}}"
          for t in $trees; do
            if [ -e "$t" ]; then
              # What goes while it is being listed is no reason to leave the rest out.
              find -H "$t" || :
              stat -L -c '%a %U:%G %n' "$t" >> "$b/modes" || :
            fi
          done | sort > "$b/trees"
          # What kubeadm reset empties, and is small, is kept as it is: a registry's credentials for kubelet, for one. The record goes to the
          # panel's database, so that there is an end to it: the smallest first.
          for t in /etc/kubernetes /var/lib/kubelet /var/lib/cni; do
            if [ -d "$t" ]; then find -H "$t" -xdev \( -type f -size -1025k -o -type l \) -printf '%s %p\n'; fi
          done | sort -n | awk '{ sum += $1; sub(/^[^ ]* /, "") } sum <= 2097152' > "$b/small"
          while IFS= read -r f; do keep "$f"; done < "$b/small"
          rm -f "$b/small"
          for d in {{string.Join(' ', EmptyFolders)}}; do
            if [ ! -d "$d" ]; then echo "$d"; fi
          done > "$b/made"
          state 2>/dev/null | sort > "$b/state" || :
          : > "$b/done"
        fi
        """;

    /// <summary>
    /// Text that prints the record as an archive for the panel's database, with the copies of files but for programs, and the marks of what the
    /// panel has installed.
    /// </summary>
    public const string Pack = $$"""
        set -- before
        [ ! -d {{HostDirectories.Root}}/installed ] || set -- before installed
        tar -C {{HostDirectories.Root}} --exclude='before/files/*/bin' --exclude='before/files/*/sbin' --exclude=before/files/opt -czf - "$@"
        """;

    /// <summary>The look that tells "there" or "missing". A record that was begun only counts as missing.</summary>
    public static PlannedCommand Look { get; } = PlannedCommand.Look("record", "Look whether the record of how the host was is there", $"if [ -e {Directory}/done ]; then echo there; else echo missing; fi");

    /// <summary>The look that tells which machine it is: another one after an installation anew.</summary>
    public static PlannedCommand Machine { get; } = PlannedCommand.Look("machine", "Look which machine it is", "cat /etc/machine-id 2>/dev/null || :");

    /// <summary>Takes what <see cref="Pack"/> printed in the place of what is left of a record.</summary>
    public static PlannedCommand Restore { get; } = PlannedCommand.Change("restore-record", "Put the panel's copy of that record back (only when the host has lost it)", $"""
        # Half a record must not be taken for a whole one.
        new={HostDirectories.Root}/record.new
        rm -rf "$new"
        mkdir -p "$new"
        tar -C "$new" --no-same-owner -xzf -
        [ -e "$new/before/done" ]
        rm -rf {Directory}
        if [ -d "$new/installed" ]; then mkdir -p {HostDirectories.Root}/installed; cp -a "$new/installed/." {HostDirectories.Root}/installed/; fi
        mv "$new/before" {Directory}
        rm -rf "$new"
        """) with { Input = "the record" };

    /// <summary>True when a record tells that it is of another machine than the one that was looked at.</summary>
    /// <param name="record">What <see cref="Pack"/> printed.</param>
    /// <param name="machine">What <see cref="Machine"/> printed.</param>
    public static bool IsOfAnotherMachine(byte[] record, string machine) => MachineOf(record) is { Length: > 0 } recorded && recorded != machine;

    private static string MachineOf(byte[] record)
    {
        using var reader = new TarReader(new GZipStream(new MemoryStream(record), CompressionMode.Decompress));
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry is { Name: "before/machine", DataStream: { } data })
            {
                return new StreamReader(data).ReadToEnd().Trim();
            }
        }

        return "";
    }
}
