using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;
using ClusterPanel.Core.LoadBalancing;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Texts that undo on a host what a cluster put there. Nothing is flushed as a whole: of rules, interfaces, routes and mounts only
/// those go that are the cluster's by name or address, and only when they were not there before.
/// </summary>
internal static class HostCleaning
{
    // Chains that kube-proxy and kubelet (KUBE-), the CNI plugins (CNI-), flannel, calico and kube-router make.
    private const string Chains = "^(KUBE|CNI|FLANNEL|cali|KUBE-ROUTER)-";

    // Interfaces that pod networks and kube-proxy make. Not those of the pods themselves (veth…): they go with the pods, and other
    // people's containers have some of the same names.
    private const string Links = "^(cni[0-9]*|flannel[.].*|flannel-.*|cali[0-9a-f]+|tunl0|vxlan[.]calico|vxlan-v6[.]calico|wireguard[.]cali|kube-ipvs0|kube-bridge|kube-dummy-if|nodelocaldns|cilium_.*)$";

    /// <summary>
    /// Text that unloads the modules which were loaded for the cluster, in the order in which that works. A scheduler of IPVS holds
    /// ip_vs, and kube-proxy and packages load several.
    /// </summary>
    public const string UnloadModules = $$"""
        for m in $(lsmod | awk '/^ip_vs_/ { print $1 }') ip_vs ipip br_netfilter overlay; do
          if ! grep -qx "$m" {{HostRecord.Directory}}/modules 2>/dev/null; then modprobe -q -r "$m" 2>/dev/null || :; fi
        done
        """;

    /// <summary>Text that brings back the files that were there, and removes the others. Needs <see cref="Functions"/>.</summary>
    public const string RestoreFiles = """
        # Files: those that were there come back, the others go.
        if [ -e "$before/kept" ]; then
          while read -r f; do
            if [ -e "$before/files$f" ] || [ -L "$before/files$f" ]; then
              mkdir -p "${f%/*}"
              cp -a "$before/files$f" "$f.clusterpanel"
              [ ! -L "$f" ] || rm -f "$f"
              mv -f "$f.clusterpanel" "$f"
            elif was_there "$f"; then
              echo "$f stays: the host has lost its copy of how it was" >&2
            else
              rm -f "$f"
            fi
          done < "$before/kept"
        fi
        """;

    /// <summary>kubeadm's work undone, every container of the cluster ended, and the container runtime stopped where the panel installed it.</summary>
    public static string Reset(KubernetesVersion version) => $$"""
        if command -v kubeadm >/dev/null 2>&1; then
        {{KubeadmText.Reset(version)}}
        fi
        systemctl disable -q --now kubelet 2>/dev/null || :
        if command -v crictl >/dev/null 2>&1; then
          crictl pods -q 2>/dev/null | while read -r pod; do timeout 60 crictl rmp -f "$pod" >/dev/null 2>&1 || :; done
        fi
        if [ -e {{HostRecord.RuntimeInstalled}} ]; then
          systemctl disable -q --now containerd 2>/dev/null || :
          pkill -KILL -f '[c]ontainerd-shim.* -namespace k8s[.]io' || :
        elif [ -e {{HostRecord.Directory}}/images ]; then
          # A container runtime that was there before keeps what it had.
          ctr -n k8s.io images ls -q | sort | comm -23 - {{HostRecord.Directory}}/images | while read -r image; do ctr -n k8s.io images rm "$image" >/dev/null || :; done
        fi
        systemctl stop kubepods.slice 2>/dev/null || :
        find /sys/fs/cgroup -path '*kubepods*' -name cgroup.procs -exec cat {} + 2>/dev/null | grep -vx 0 | sort -u | while read -r pid; do kill -KILL "$pid" 2>/dev/null || :; done
        find /sys/fs/cgroup -depth -type d -path '*kubepods*' -exec rmdir {} \; 2>/dev/null || :
        """;

    /// <summary>Everything else, in an order in which each is still undone when the one before was.</summary>
    public static string Undo(ClusterSpec spec) => $$"""
        {{Functions(spec)}}
        # The load balancer takes its rules and its route away itself.
        if [ -e /etc/systemd/system/{{ApiLoadBalancer.Unit}} ]; then
          systemctl disable -q --now {{ApiLoadBalancer.Unit}} || :
          {{ApiLoadBalancer.ScriptPath}} clean || :
        fi
        if [ -e /etc/systemd/system/{{HostsFile.PathUnit}} ]; then
          systemctl disable -q --now {{HostsFile.PathUnit}} {{HostsFile.Unit}} || :
        fi
        our_mounts | sort -r | while read -r m; do umount -l "$m" || :; done
        for n in /run/netns/cni-*; do
          if [ -e "$n" ] && ! was "netns ${n##*/}"; then ip netns delete "${n##*/}" || :; fi
        done
        our_links | while read -r l; do ip link delete "$l" 2>/dev/null || :; done
        our_routes | while read -r r; do echo "$r" | xargs ip route del || :; done
        our_addresses | while read -r device address; do ip addr del "$address" dev "$device" || :; done
        for tool in $tools; do
          for table in filter nat mangle raw; do
            our_rules "$tool" "$table" > "$work/rules"
            if [ -s "$work/rules" ]; then
              { echo "*$table"; cat "$work/rules"; echo COMMIT; } | "$tool-restore" --noflush || echo "$tool could not remove rules of table $table" >&2
            fi
          done
        done
        our_chains | while read -r family name chain; do nft delete chain "$family" "$name" "$chain" || :; done
        our_tables | while read -r family name; do nft delete table "$family" "$name" || :; done
        our_services | while read -r protocol service; do ipvsadm -D "$protocol" "$service" || :; done
        our_sets | while read -r s; do ipset destroy "$s" || :; done
        for t in $trees; do
          new_in "$t" | while read -r p; do rm -rf "$p" || :; done
        done
        # containerd, for one, takes its folder's rights away from others.
        while read -r mode owner t; do
          chmod "$mode" "$t" || :
          chown "$owner" "$t" || :
        done < "$before/modes" 2>/dev/null || :
        {{RestoreFiles}}
        if [ -e "$before/made" ]; then
          sort -ru "$before/made" | while read -r d; do rmdir "$d" 2>/dev/null || :; done
        fi
        # Lines in files that are also other people's.
        if grep -q -e '^# clusterpanel begin' -e '^# clusterpanel end' /etc/hosts; then
          {{HostsFile.Others}} > "$work/hosts"
          give_back /etc/hosts "$work/hosts" hosts
        fi
        if grep -q '^#clusterpanel# ' /etc/fstab 2>/dev/null; then
          sed 's/^#clusterpanel# //' /etc/fstab > "$work/fstab"
          give_back /etc/fstab "$work/fstab" fstab
        fi
        systemctl daemon-reload
        while read -r u; do systemctl unmask -q "$u" || :; done < "$before/masked-swap" 2>/dev/null || :
        tail -n +2 "$before/swaps" 2>/dev/null | while read -r s _; do
          if ! grep -q "^${s}[[:space:]]" /proc/swaps; then swapon "$s" || echo "swap $s could not be turned on" >&2; fi
        done
        while read -r u; do systemctl enable -q "$u" || :; done < "$before/units" 2>/dev/null || :
        {{UnloadModules}}
        while IFS= read -r line; do
          k=/proc/sys/$(echo "${line%% = *}" | tr . /)
          if [ -e "$k" ] && [ "$(cat "$k")" != "${line#* = }" ]; then echo "${line#* = }" > "$k" || :; fi
        done < "$before/sysctl" || :
        systemctl reset-failed kubelet containerd {{ApiLoadBalancer.Unit}} {{HostsFile.Unit}} {{HostsFile.PathUnit}} 2>/dev/null || :
        """;

    /// <summary>Prints what is left of the cluster, a line per thing, or "clean".</summary>
    public static string Left(ClusterSpec spec) => $$"""
        set -u
        export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        {{Functions(spec)}}
        left() {
          for u in kubelet {{ApiLoadBalancer.Unit}} {{HostsFile.PathUnit}}; do
            if systemctl is-active -q "$u"; then echo "unit $u runs"; fi
          done
          if [ -e {{HostRecord.RuntimeInstalled}} ] && systemctl is-active -q containerd; then echo "unit containerd runs"; fi
          for p in kubelet kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
            if pgrep -x "$(echo "$p" | cut -c 1-15)" >/dev/null; then echo "process $p runs"; fi
          done
          our_mounts | sed 's/^/mount /'
          our_links | sed 's/^/interface /'
          our_routes | sed 's/^/route /'
          our_addresses | sed 's/^/address /'
          for tool in $tools; do
            for table in filter nat mangle raw; do
              n=$(our_rules "$tool" "$table" | wc -l)
              if [ "$n" -gt 0 ]; then echo "$tool: $n rules and chains of the cluster in table $table"; fi
            done
          done
          our_chains | sed 's/^/nftables: chain /'
          our_tables | sed 's/^/nftables: table /'
          our_sets | sed 's/^/ipset /'
          our_services | wc -l | sed '/^0$/d; s/^/IPVS: services /'
          for t in $trees; do
            new_in "$t" | head -n 5
          done
          if [ -e "$before/kept" ]; then
            while read -r f; do
              if [ -L "$before/files$f" ]; then
                [ "$(readlink "$f")" = "$(readlink "$before/files$f")" ] || echo "$f is not what it was"
              elif [ -e "$before/files$f" ]; then
                cmp -s "$f" "$before/files$f" || echo "$f is not what it was"
              elif { [ -e "$f" ] || [ -L "$f" ]; } && ! was_there "$f"; then
                echo "$f"
              fi
            done < "$before/kept"
          fi
          if grep -q -e '^# clusterpanel begin' -e '^# clusterpanel end' /etc/hosts; then echo "lines in /etc/hosts"; fi
          if grep -q '^#clusterpanel# ' /etc/fstab 2>/dev/null; then echo "lines in /etc/fstab"; fi
          tail -n +2 "$before/swaps" 2>/dev/null | while read -r s _; do
            if ! grep -q "^${s}[[:space:]]" /proc/swaps; then echo "swap $s is off"; fi
          done
          while read -r u; do [ "$(systemctl is-enabled "$u")" != masked ] || echo "unit $u is masked"; done < "$before/masked-swap"
          while read -r u; do systemctl is-enabled -q "$u" || echo "unit $u is not enabled"; done < "$before/units"
          while IFS= read -r line; do
            k=/proc/sys/$(echo "${line%% = *}" | tr . /)
            if [ -e "$k" ] && [ "$(cat "$k")" != "${line#* = }" ]; then echo "${line%% = *} is $(cat "$k"), it was ${line#* = }"; fi
          done < "$before/sysctl"
        }
        left 2>/dev/null > "$work/left"
        if [ -s "$work/left" ]; then cat "$work/left"; else echo clean; fi
        """;

    /// <summary>The lines of <see cref="Left"/>; none when the host is clean.</summary>
    public static IReadOnlyList<string> ParseLeft(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries) is var lines && lines is ["clean"] ? [] : lines;

    /// <summary>Prints in what the host's state differs from the record, at most 40 lines; what the panel itself does is left out.</summary>
    public static string Differences { get; } = $$"""
        export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        {{HostRecord.StateFunction}}
        for t in {{string.Join(' ', HostRecord.Trees)}}; do
          grep -E "^$t(/|$)" {{HostRecord.Directory}}/trees 2>/dev/null | while IFS= read -r f; do
            if [ ! -e "$f" ] && [ ! -L "$f" ]; then echo "gone: $f"; fi
          done
        done | head -n 20
        state 2>/dev/null | sort > {{HostDirectories.Root}}/state.now
        diff {{HostRecord.Directory}}/state {{HostDirectories.Root}}/state.now | sed -n 's/^< /gone: /p; s/^> /new: /p' | head -n 40
        """;

    /// <summary>Shell functions that tell where things are, and what of them is the cluster's.</summary>
    public static string Functions(ClusterSpec spec) => $$"""
        before={{HostRecord.Directory}}
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        trees='{{string.Join(' ', HostRecord.Trees)}}'
        [ ! -e {{HostRecord.RuntimeInstalled}} ] || trees="$trees {{string.Join(' ', HostRecord.RuntimeTrees)}}"
        tools=
        for t in iptables-legacy ip6tables-legacy iptables-nft ip6tables-nft; do
          if command -v "$t-save" >/dev/null 2>&1; then tools="$tools $t"; fi
        done
        [ -n "$tools" ] || ! command -v iptables-save >/dev/null 2>&1 || tools='iptables ip6tables'
        was() { grep -qxF -- "$1" "$before/state" 2>/dev/null; }
        # A file of which a copy was made; programs' copies are only on the host.
        was_there() { grep -qxF -- "$1" "$before/copied" 2>/dev/null; }
        # What came into a folder: the folder itself when all of it did. A mount point stays, empty. Where etcd's data are, folders that were
        # there are another etcd's, which goes on to write into them.
        new_in() {
          [ -e "$1" ] || return 0
          if ! grep -qxF "$1" "$before/trees" 2>/dev/null && ! awk -v m="$1" '$2 == m { found = 1 } END { exit !found }' /proc/mounts; then
            echo "$1"
          else
            { cat "$before/trees" 2>/dev/null; echo "$1"; } | sort -u > "$work/trees"
            depth=9999
            [ "${1##*/}" != etcd ] || depth=1
            find -H "$1" -maxdepth "$depth" | sort | comm -23 - "$work/trees"
          fi
        }
        # A folder may be a link to another disk.
        our_mounts() {
          real=
          for t in $trees; do
            if [ -e "$t" ]; then real="$real $(readlink -f "$t")"; fi
          done
          awk '{ print $2 }' /proc/mounts | while read -r m; do
            for t in $real; do
              case $m in "$t"/*) grep -q "^mount $m " "$before/state" 2>/dev/null || echo "$m" ;; esac
            done
          done
        }
        our_links() {
          ip -o link show | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | grep -E '{{Links}}' | while read -r l; do was "link $l" || echo "$l"; done
        }
        our_routes() {
          { ip route show root {{spec.PodSubnet}}; ip route show {{spec.VirtualIp}}; } 2>/dev/null | sed 's/ *$//' | while read -r r; do was "route -4 $r" || echo "$r"; done
        }
        our_addresses() {
          ip -o -4 addr show to {{spec.PodSubnet}} | awk '{ print $2, $4 }' | while read -r a; do was "address $a" || echo "$a"; done
        }
        # As input of iptables-restore --noflush: rules elsewhere that lead to chains of the cluster, then those chains. Of chains that
        # were there before (kubeadm reset leaves some) only the rules that are new.
        our_rules() {
          { sed -n "s/^$1-save $2 /was /p" "$before/state" 2>/dev/null; "$1-save" -t "$2" 2>/dev/null; } | awk '
            /^was / { was[substr($0, 5)] = 1; next }
            /^:/ && substr($1, 2) ~ /{{Chains}}/ && !(($1 " -") in was) { chains[++n] = substr($1, 2) }
            /^-A / && $2 ~ /{{Chains}}/ && ((":" $2 " -") in was) && !($0 in was) { sub(/^-A/, "-D"); rules[++r] = $0 }
            /^-A / && $2 !~ /{{Chains}}/ && !($0 in was) { for (i = 3; i < NF; i++) if ((($i == "-j" || $i == "-g") && $(i + 1) ~ /{{Chains}}/) || ($i == "--comment" && $(i + 1) ~ /^"?cali:/)) { sub(/^-A/, "-D"); rules[++r] = $0; break } }
            END { for (i = 1; i <= r; i++) print rules[i]; for (i = 1; i <= n; i++) print ":" chains[i] " - [0:0]"; for (i = 1; i <= n; i++) print "-X " chains[i] }'
        }
        # Chains that iptables-nft made and that hold no rule any more, then tables without a chain; and kube-proxy's own.
        our_chains() {
          nft list tables 2>/dev/null | while read -r _ family name; do
            case $name in
              filter | nat | mangle | raw)
                nft -s list table "$family" "$name" | awk '
                  /^[ \t]*chain / { chain = $2; empty = 1; next }
                  /policy drop/ || (chain && !/^[ \t]*(type .* hook .*|[}]|#.*|)$/) { empty = 0 }
                  /^[ \t]*[}]$/ { if (chain && empty) print chain; chain = "" }' | while read -r chain; do
                  was "nft $family $name: chain $chain" || echo "$family $name $chain"
                done ;;
            esac
          done
        }
        our_tables() {
          nft list tables 2>/dev/null | while read -r _ family name; do
            case $name in
              kube-proxy | clusterpanel_apilb) echo "$family $name" ;;
              filter | nat | mangle | raw) was "nft $family $name: table $family $name" || nft -s list table "$family" "$name" | grep -q 'chain ' || echo "$family $name" ;;
            esac
          done
        }
        # Of kube-proxy and calico.
        our_sets() { if command -v ipset >/dev/null 2>&1; then ipset list -n 2>/dev/null | grep -E '^(KUBE-|cali)'; fi; }
        # Virtual services at addresses of Services, and node ports.
        our_services() {
          if [ -e /proc/net/ip_vs ]; then ipvsadm -Sn 2>/dev/null; fi | awk '/^-A/' | while read -r line; do was "ipvs $line" || echo "$line"; done | awk -v net={{spec.ServiceSubnet}} '
            function number(a, p) { split(a, p, "."); return ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4] }
            BEGIN { split(net, n, "/"); size = 2 ^ (32 - n[2]); first = int(number(n[1]) / size) }
            { split($3, s, ":"); if (int(number(s[1]) / size) == first || (s[2] >= 30000 && s[2] <= 32767)) print $2, $3 }'
        }
        # A file without the panel's lines: exactly the old one when nobody else has changed it, its newline at the end or not included.
        give_back() {
          if awk 1 "$before/$3" 2>/dev/null | cmp -s - "$2"; then cat "$before/$3" > "$1"; else cat "$2" > "$1"; fi
        }
        """;
}
