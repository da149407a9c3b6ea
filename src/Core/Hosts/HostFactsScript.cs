using System.Globalization;

namespace ClusterPanel.Core.Hosts;

/// <summary>Reads a host's facts with one script that changes nothing, as lines <c>key value</c>.</summary>
public static class HostFactsScript
{
    /// <summary>Commands that the panel's scripts, kubeadm's preflight or the load balancer use.</summary>
    public static readonly IReadOnlyList<string> LookedFor =
    [
        "awk", "conntrack", "crictl", "curl", "containerd", "docker", "dockerd", "ebtables", "ethtool", "flock", "ip", "iptables", "ipvsadm", "kubeadm", "kubelet",
        "modprobe", "mount", "nft", "nsenter", "sha256sum", "socat", "ss", "stdbuf", "swapoff", "systemctl", "systemd-run", "tar", "tc",
    ];

    /// <summary>TCP ports kubeadm's preflight wants free (kubeadm 1.20: 6443, 2379, 2380, 10250, 10257, 10259), and those of the health endpoints.</summary>
    public static readonly IReadOnlyList<int> Ports = [2379, 2380, 2381, 6443, 10248, 10249, 10250, 10256, 10257, 10259];

    /// <summary>What an earlier Kubernetes leaves behind.</summary>
    public static readonly IReadOnlyList<string> LeftoverPaths =
    [
        "/etc/kubernetes/manifests/kube-apiserver.yaml", "/etc/kubernetes/kubelet.conf", "/etc/kubernetes/admin.conf", "/etc/kubernetes/pki/ca.crt",
        "/var/lib/etcd/member", "/var/lib/kubelet/config.yaml", "/etc/cni/net.d/*.conf", "/etc/cni/net.d/*.conflist",
    ];

    /// <summary>The command.</summary>
    public static HostCommand Command { get; } = new("Read the host's facts", Text(), TimeSpan.FromSeconds(30));

    /// <summary>Makes facts of what the script printed.</summary>
    /// <param name="hostName">Inventory name, for errors.</param>
    /// <param name="result">What the script did.</param>
    /// <param name="before">Panel's time before the script was sent.</param>
    /// <param name="after">Panel's time after it ended.</param>
    /// <exception cref="CommandFailedException">The script failed.</exception>
    public static HostFacts Parse(string hostName, CommandResult result, DateTimeOffset before, DateTimeOffset after)
    {
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(' ', 2)).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1].Trim());
        if (!result.Succeeded || !lines.Contains("end"))
        {
            throw new CommandFailedException(hostName, Command.Summary, result.ExitCode, result.LastLines(5));
        }

        string One(string key) => lines[key].FirstOrDefault() ?? "";
        long Number(string key) => long.TryParse(One(key), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        var clock = double.TryParse(One("time"), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : (double?)null;
        var middle = before + (after - before) / 2;
        return new HostFacts
        {
            HostName = One("hostname"),
            OperatingSystem = One("os").Trim('"'),
            Kernel = One("kernel"),
            Architecture = One("machine") switch { "x86_64" => "amd64", "aarch64" => "arm64", var other => other },
            Cpus = (int)Number("cpus"),
            MemoryMiB = Number("memory") / 1024,
            FreeMiB = lines["free"].Select(v => v.Split(' ')).Where(p => p.Length == 2)
                .ToDictionary(p => p[0], p => long.TryParse(p[1], NumberStyles.None, CultureInfo.InvariantCulture, out var kib) ? kib / 1024 : 0),
            MachineId = One("machine-id"),
            BootId = One("boot-id"),
            CgroupVersion = One("cgroup") == "cgroup2fs" ? 2 : 1,
            SystemdVersion = (int)Number("systemd"),
            Addresses = [.. lines["address"]],
            DefaultInterface = One("default-interface"),
            ClockOffsetSeconds = clock is { } c ? c - middle.ToUnixTimeMilliseconds() / 1000.0 : 0,
            Swap = [.. lines["swap"]],
            Commands = [.. lines["command"]],
            ListeningPorts = [.. lines["port"].Select(p => int.Parse(p, CultureInfo.InvariantCulture)).Distinct().Order()],
            Leftovers = [.. lines["leftover"]],
            HasIpvs = One("ipvs") == "yes",
            HasNftables = One("nftables") == "yes",
            CloudInitManagesHosts = One("manage-etc-hosts") == "yes",
            Owner = lines["owner"].FirstOrDefault(),
        };
    }

    // /proc/net/tcp shows ports in hexadecimal with state 0A = LISTEN; read directly because "ss" is not everywhere.
    private static string Text() => $$"""
        export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        echo "hostname $(hostname 2>/dev/null || cat /proc/sys/kernel/hostname)"
        echo "os $(sed -n 's/^PRETTY_NAME=//p' /etc/os-release 2>/dev/null | head -n 1)"
        echo "kernel $(uname -r)"
        echo "machine $(uname -m)"
        echo "cpus $(nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo)"
        echo "memory $(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
        for d in /var/lib/containerd /var/lib/kubelet /var/lib/etcd /var/lib/clusterpanel /usr/bin; do
          p=$d
          while [ ! -d "$p" ]; do p=${p%/*}; [ -n "$p" ] || p=/; done
          echo "free $d $(df -Pk "$p" | awk 'NR == 2 { print $4 }')"
        done
        echo "machine-id $(cat /etc/machine-id 2>/dev/null)"
        echo "boot-id $(cat /proc/sys/kernel/random/boot_id)"
        echo "cgroup $(stat -fc %T /sys/fs/cgroup 2>/dev/null)"
        echo "systemd $(systemctl --version 2>/dev/null | sed -n '1s/^systemd \([0-9]*\).*/\1/p')"
        ip -o addr show scope global 2>/dev/null | while read -r _ i _ a _; do echo "address $i $a"; done
        echo "default-interface $(ip route show default 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)"
        sed 1d /proc/swaps | while read -r s _; do echo "swap $s"; done
        for c in {{string.Join(' ', LookedFor)}}; do
          if command -v "$c" >/dev/null 2>&1; then echo "command $c"; fi
        done
        for p in {{string.Join(' ', Ports)}}; do
          if grep -qi "^ *[0-9]*: [0-9A-F]*:$(printf %04X "$p") [0-9A-F]*:0000 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null; then echo "port $p"; fi
        done
        for f in {{string.Join(' ', LeftoverPaths)}}; do
          if [ -e "$f" ]; then echo "leftover $f"; fi
        done
        if [ -e /proc/net/ip_vs ] || modprobe -n -q -a ip_vs ip_vs_rr 2>/dev/null; then echo "ipvs yes"; fi
        if printf 'table ip clusterpanel_check {\n chain c {\n type nat hook output priority -100;\n ip daddr 127.0.0.1 tcp dport 1 dnat to numgen inc mod 1 map { 0 : 127.0.0.1 }\n }\n}\n' | nft -c -f - 2>/dev/null; then echo "nftables yes"; fi
        if cat /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*.cfg 2>/dev/null | grep -Eqi '^ *manage_etc_hosts: *["'\'']?(true|localhost|template)'; then echo "manage-etc-hosts yes"; fi
        if [ -s /var/lib/clusterpanel/lease ]; then echo "owner $(cut -d ' ' -f 1,2,4 /var/lib/clusterpanel/lease)"; fi
        echo "time $(date +%s.%N)"
        echo "end ok"
        """;
}
