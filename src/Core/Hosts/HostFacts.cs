namespace ClusterPanel.Core.Hosts;

/// <summary>What one look at a host told. Read by <see cref="HostFactsScript"/>; nothing here was changed on the host.</summary>
public sealed record HostFacts
{
    /// <summary>The machine's own host name, as <c>hostname</c> prints it.</summary>
    public required string HostName { get; init; }

    /// <summary>PRETTY_NAME of <c>/etc/os-release</c>.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>Kernel release, <c>uname -r</c>.</summary>
    public required string Kernel { get; init; }

    /// <summary>Architecture in Go's words (<c>amd64</c>, <c>arm64</c>), as packages name it.</summary>
    public required string Architecture { get; init; }

    /// <summary>Processors the host may use.</summary>
    public int Cpus { get; init; }

    /// <summary>Memory in MiB (MemTotal).</summary>
    public long MemoryMiB { get; init; }

    /// <summary>Free space in MiB of the file systems that hold the named directories (or the nearest parent that exists).</summary>
    public IReadOnlyDictionary<string, long> FreeMiB { get; init; } = new Dictionary<string, long>();

    /// <summary><c>/etc/machine-id</c>; equal ids mean cloned machines.</summary>
    public string MachineId { get; init; } = "";

    /// <summary>The kernel's boot id; changes with every boot.</summary>
    public string BootId { get; init; } = "";

    /// <summary>1 or 2: which cgroup hierarchy the host's systemd uses.</summary>
    public int CgroupVersion { get; init; }

    /// <summary>systemd's version number, 0 when there is none.</summary>
    public int SystemdVersion { get; init; }

    /// <summary>Global addresses with their interface, in the kernel's order: <c>eth0 10.0.0.1/24</c>.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Interface of the default route, or empty.</summary>
    public string DefaultInterface { get; init; } = "";

    /// <summary>Host time minus panel time when the facts were read, in seconds (half the round trip taken off).</summary>
    public double ClockOffsetSeconds { get; init; }

    /// <summary>Swap areas in use, as paths.</summary>
    public IReadOnlyList<string> Swap { get; init; } = [];

    /// <summary>Commands that were looked for and found.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>TCP ports somebody listens on, among those Kubernetes needs.</summary>
    public IReadOnlyList<int> ListeningPorts { get; init; } = [];

    /// <summary>Paths of an earlier Kubernetes that were found.</summary>
    public IReadOnlyList<string> Leftovers { get; init; } = [];

    /// <summary>True when the kernel has IPVS and its round robin (built in or as loadable modules).</summary>
    public bool HasIpvs { get; init; }

    /// <summary>True when the kernel accepts nftables' NAT (a throw-away table was checked, not committed).</summary>
    public bool HasNftables { get; init; }

    /// <summary>True when cloud-init rewrites <c>/etc/hosts</c> at boot (<c>manage_etc_hosts</c>).</summary>
    public bool CloudInitManagesHosts { get; init; }

    /// <summary>The panel and cluster that own this host according to its lease file, or null.</summary>
    public string? Owner { get; init; }
}
