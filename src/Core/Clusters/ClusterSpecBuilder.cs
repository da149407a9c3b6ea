using System.Text.RegularExpressions;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.LoadBalancing;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Clusters;

/// <summary>Makes a spec of a wish and what is known of hosts and package, or says what is wrong.</summary>
public static partial class ClusterSpecBuilder
{
    /// <summary>Builds the spec.</summary>
    /// <param name="request">The wish.</param>
    /// <param name="inventory">All hosts.</param>
    /// <param name="package">The chosen package, or null when there is none of that id.</param>
    /// <param name="takenNames">Names of the clusters there are.</param>
    /// <exception cref="InvalidInputException">Something is wrong; every wrong field is named.</exception>
    public static ClusterSpec Build(ClusterRequest request, IReadOnlyList<Host> inventory, OfflinePackage? package, IEnumerable<string> takenNames)
    {
        var errors = ClusterRequestRules.Check(request).ToList();
        if (takenNames.Contains(request.Name, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add(new("name", $"There is a cluster named \"{request.Name}\" already. Choose another name."));
        }

        if (package is null)
        {
            errors.Add(new("package", "Choose an offline package; register one on the Packages page if there is none."));
        }
        else if (!package.Manifest.Version.IsAtLeast(1, 20))
        {
            errors.Add(new("package", $"The package is for Kubernetes {package.Manifest.Version}; containerd packages from v1.20 on are supported."));
        }

        var masters = Choose(request.MasterHostIds, inventory, "masters", errors);
        var workers = Choose(request.WorkerHostIds, inventory, "workers", errors);
        if (masters.Count == 0 && request.MasterHostIds.Count == 0)
        {
            errors.Add(new("masters", "Choose at least one master; three survive the loss of one."));
        }

        CheckMembers(masters, workers, package, errors);
        CheckHosts(request, [.. masters, .. workers], 0, errors);
        var cni = ChooseCni(request, package, errors);
        var balancers = workers.ToDictionary(w => w.Id, w => ChooseLoadBalancer(request.LoadBalancer, w.Facts!, package, w.Name, errors));
        InvalidInputException.ThrowIfAny(errors);

        return new ClusterSpec
        {
            Name = request.Name,
            PackageId = package!.Id,
            Version = package.Manifest.Version,
            StandIn = package.Manifest.StandIn,
            Members =
            [
                .. masters.Select(h => Member(h, NodeRole.ControlPlane, null)),
                .. workers.Select(h => Member(h, NodeRole.Worker, balancers[h.Id])),
            ],
            ApiServerName = request.ApiServerName,
            VirtualIp = request.VirtualIp,
            PodSubnet = request.PodSubnet,
            ServiceSubnet = request.ServiceSubnet,
            DnsDomain = request.DnsDomain,
            ExtraSans = [.. request.ExtraSans],
            CertificateYears = request.CertificateYears,
            CgroupDriver = masters.Concat(workers).Any(h => h.Facts!.CgroupVersion == 2) ? CgroupDriver.Systemd : CgroupDriver.Cgroupfs,
            CniManifest = cni!,
            LoadBalancer = request.LoadBalancer,
        };
    }

    /// <summary>The spec of a cluster with further members.</summary>
    /// <param name="spec">The cluster as it is.</param>
    /// <param name="masters">Hosts that become masters, in joining order.</param>
    /// <param name="workers">Hosts that become workers.</param>
    /// <param name="inventory">All hosts.</param>
    /// <param name="package">A package of the cluster's version, or null when there is none.</param>
    /// <exception cref="InvalidInputException">Something is wrong; every wrong field is named.</exception>
    public static ClusterSpec Extend(ClusterSpec spec, IEnumerable<Guid> masters, IEnumerable<Guid> workers, IReadOnlyList<Host> inventory, OfflinePackage? package)
    {
        var errors = new List<FieldError>();
        if (package is null)
        {
            errors.Add(NoPackage(spec));
        }

        var newMasters = Choose([.. masters], inventory, "masters", errors);
        var newWorkers = Choose([.. workers], inventory, "workers", errors);
        if (newMasters.Count + newWorkers.Count == 0 && errors.Count == 0)
        {
            errors.Add(new("workers", "Choose at least one host to add."));
        }

        CheckMembers(newMasters, newWorkers, package, errors);
        CheckAgainstMembers(spec, newMasters, "masters", inventory, errors);
        CheckAgainstMembers(spec, newWorkers, "workers", inventory, errors);
        var network = RequestOf(spec);
        errors.AddRange(ClusterRequestRules.CheckNetwork(network));
        CheckHosts(network, [.. newMasters, .. newWorkers], spec.Members.Count, errors);
        var balancers = newWorkers.ToDictionary(w => w.Id, w => ChooseLoadBalancer(spec.LoadBalancer, w.Facts!, package, w.Name, errors));
        InvalidInputException.ThrowIfAny(errors);

        return spec with
        {
            PackageId = package!.Id,
            Members =
            [
                .. spec.ControlPlane,
                .. newMasters.Select(h => Member(h, NodeRole.ControlPlane, null)),
                .. spec.Workers,
                .. newWorkers.Select(h => Member(h, NodeRole.Worker, balancers[h.Id])),
            ],
        };
    }

    /// <summary>The settings of a cluster as a wish, without hosts and package: further hosts are judged by it.</summary>
    public static ClusterRequest RequestOf(ClusterSpec spec) => new()
    {
        Name = spec.Name,
        PodSubnet = spec.PodSubnet,
        ServiceSubnet = spec.ServiceSubnet,
        DnsDomain = spec.DnsDomain,
        ApiServerName = spec.ApiServerName,
        VirtualIp = spec.VirtualIp,
        LoadBalancer = spec.LoadBalancer,
    };

    /// <summary>What is wrong when no package of a cluster's version is registered.</summary>
    internal static FieldError NoPackage(ClusterSpec spec) =>
        new("package", $"The cluster runs Kubernetes {spec.Version}, and no package of that version is registered. Register one on the Packages page.");

    // A new host with the name or address of a member would take the member's Node or etcd member for its own.
    private static void CheckAgainstMembers(ClusterSpec spec, List<Host> hosts, string field, IReadOnlyList<Host> inventory, List<FieldError> errors)
    {
        foreach (var host in hosts)
        {
            var (name, address) = (NodeName(host.Facts!), NodeAddress(host));
            if (spec.Members.Any(m => m.HostId == host.Id))
            {
                errors.Add(new(field, $"{host.Name} is a member of the cluster already."));
            }
            else if (spec.IsNotCleaned(host.Id))
            {
                errors.Add(new(field, $"{host.Name} left the cluster and still holds its files. Clean it first, on the cluster's page."));
            }
            else if (spec.Members.FirstOrDefault(m => m.NodeName == name) is { } twin)
            {
                errors.Add(new(field, $"{host.Name} has the node name of {twin.HostName}, \"{name}\". Remove or replace {twin.HostName} first, or give the new machine a host name of its own."));
            }
            else if (spec.Members.FirstOrDefault(m => m.Address == address) is { } neighbour)
            {
                errors.Add(new(field, $"{host.Name} has the address of {neighbour.HostName}, {address}. Remove or replace {neighbour.HostName} first, or give the new machine an address of its own."));
            }
            else if (host.Facts!.MachineId.Length > 0 && inventory.FirstOrDefault(h => h.Id != host.Id && spec.Members.Concat(spec.NotCleaned).Any(m => m.HostId == h.Id) && h.Facts?.MachineId == host.Facts.MachineId) is { } clone)
            {
                errors.Add(new(field, $"{host.Name} and {clone.Name} have the same /etc/machine-id: a clone, or one machine entered twice. Make a new id with systemd-machine-id-setup."));
            }
        }
    }

    private static ClusterMember Member(Host host, NodeRole role, (LoadBalancerKind Kind, string Reason)? balancer) =>
        new(host.Id, host.Name, NodeName(host.Facts!), NodeAddress(host)!, role, balancer?.Kind, balancer?.Reason ?? "");

    // kubeadm lower-cases the host name (GetHostname in kubeadm's node utilities); a capital would make another node.
    private static string NodeName(HostFacts facts) => facts.HostName.ToLowerInvariant();

    // The address other nodes use: what we connect to when that is one of the host's own addresses, else (a DNS name, a NAT
    // address) the first address on the interface of the default route.
    private static string? NodeAddress(Host host)
    {
        var own = host.Facts!.Addresses.Select(a => a.Split(' ')).Where(p => p.Length == 2)
            .Select(p => (Interface: p[0], Address: p[1].Split('/')[0])).Where(a => Subnet.IsIPv4(a.Address)).ToList();
        return own.Any(a => a.Address == host.Address)
            ? host.Address
            : own.Where(a => a.Interface == host.Facts.DefaultInterface).Select(a => a.Address).FirstOrDefault();
    }

    private static List<Host> Choose(List<Guid> ids, IReadOnlyList<Host> inventory, string field, List<FieldError> errors)
    {
        var chosen = new List<Host>();
        foreach (var id in ids.Distinct())
        {
            var host = inventory.FirstOrDefault(h => h.Id == id);
            if (host is null)
            {
                errors.Add(new(field, "A chosen host is no longer in the inventory. Choose again."));
            }
            else if (host.TrustedKey is null)
            {
                errors.Add(new(field, $"The host key of {host.Name} is not approved yet. Compare and approve it on the Hosts page."));
            }
            else if (host.Facts is null)
            {
                errors.Add(new(field, $"Nothing is known of {host.Name} yet. Probe it on the Hosts page."));
            }
            else if (!NodeNamePattern().IsMatch(NodeName(host.Facts)))
            {
                errors.Add(new(field, $"{host.Name} calls itself \"{host.Facts.HostName}\", which cannot be a node name. Give the machine a host name of letters, digits and hyphens."));
            }
            else if (NodeAddress(host) is null)
            {
                errors.Add(new(field, $"{host.Name} has no IPv4 address that other nodes could use: neither {host.Address} nor an address on its default route's interface."));
            }
            else
            {
                chosen.Add(host);
            }
        }

        return chosen;
    }

    private static void CheckMembers(List<Host> masters, List<Host> workers, OfflinePackage? package, List<FieldError> errors)
    {
        foreach (var both in masters.Intersect(workers))
        {
            errors.Add(new("workers", $"{both.Name} is chosen as master and as worker. Choose one."));
        }

        var all = masters.Union(workers).ToList();
        foreach (var twins in all.GroupBy(h => NodeName(h.Facts!)).Where(g => g.Count() > 1))
        {
            errors.Add(new("masters", $"{string.Join(" and ", twins.Select(h => h.Name))} have the same host name \"{twins.Key}\". Node names must differ: give each machine its own."));
        }

        foreach (var clones in all.Where(h => h.Facts!.MachineId.Length > 0).GroupBy(h => h.Facts!.MachineId).Where(g => g.Count() > 1))
        {
            errors.Add(new("masters", $"{string.Join(" and ", clones.Select(h => h.Name))} have the same /etc/machine-id: clones, or one machine entered twice. Make new ids with systemd-machine-id-setup."));
        }

        foreach (var other in all.Where(h => package is not null && h.Facts!.Architecture != package.Manifest.Architecture))
        {
            errors.Add(new("package", $"{other.Name} is {other.Facts!.Architecture}, the package is for {package!.Manifest.Architecture}."));
        }
    }

    private static void CheckHosts(ClusterRequest request, List<Host> hosts, int members, List<FieldError> errors)
    {
        Subnet? pods = Subnet.TryParse(request.PodSubnet, out var subnet) ? subnet : null;
        Subnet? services = Subnet.TryParse(request.ServiceSubnet, out subnet) ? subnet : null;

        // Each node is given a /24 of it, the controller manager's default (node-cidr-mask-size).
        if (pods is { Prefix: <= 24 } forPods && 1L << (24 - forPods.Prefix) < members + hosts.Count)
        {
            errors.Add(new("podSubnet", $"The subnet of pods {forPods} has room for {1L << (24 - forPods.Prefix)} nodes, a /24 each; {members + hosts.Count} are wanted. Choose a larger one."));
        }

        foreach (var host in hosts)
        {
            foreach (var text in host.Facts!.Addresses.Select(a => a.Split(' ')[^1]).Where(a => Subnet.TryParse(a, out _)))
            {
                var own = Subnet.Parse(text);
                var address = text.Split('/')[0];
                if (pods is { } pod && pod.Contains(address))
                {
                    errors.Add(new("podSubnet", $"{host.Name} has the address {address}, which lies in the pods' subnet {pod}. Choose another subnet."));
                }

                if (services is { } service && service.Contains(address))
                {
                    errors.Add(new("serviceSubnet", $"{host.Name} has the address {address}, which lies in the Services' subnet {service}. Choose another subnet."));
                }

                if (own.Prefix < 32 && own.Contains(request.VirtualIp))
                {
                    errors.Add(new("virtualIp", $"The VIP lies in {own}, the network {host.Name} is in. Choose an address nobody has."));
                }
            }
        }
    }

    private static string? ChooseCni(ClusterRequest request, OfflinePackage? package, List<FieldError> errors)
    {
        if (package is null)
        {
            return null;
        }

        var choices = package.Manifest.CniManifests;
        var chosen = request.CniManifest ?? (choices.Count == 1 ? choices[0] : null);
        if (chosen is null || !choices.Contains(chosen))
        {
            errors.Add(new("cniManifest", choices.Count == 0 ? "The package holds no CNI manifest (conf/net/*.yaml)." : $"Choose the pod network: {string.Join(", ", choices)}."));
        }

        return chosen;
    }

    private static (LoadBalancerKind Kind, string Reason) ChooseLoadBalancer(LoadBalancerKind? wish, HostFacts facts, OfflinePackage? package, string name, List<FieldError> errors)
    {
        var kind = wish ?? (facts.CanServe(LoadBalancerKind.Ipvs, package) ? LoadBalancerKind.Ipvs : LoadBalancerKind.Nftables);
        if (!facts.CanServe(kind, package))
        {
            errors.Add(new("loadBalancer", kind == LoadBalancerKind.Ipvs
                ? $"{name} cannot balance with IPVS: it needs the kernel module ip_vs and the command ipvsadm (package ipvsadm)."
                : $"{name} cannot balance with nftables: it needs the command nft (package nftables) and a kernel with nf_tables NAT."));
        }

        return (kind, (wish, kind) switch
        {
            ({ }, _) => "chosen for this cluster",
            (_, LoadBalancerKind.Ipvs) => facts.Commands.Contains("ipvsadm") ? "its kernel has IPVS, and ipvsadm is there" : "its kernel has IPVS, and ipvsadm comes with the package",
            _ when facts.HasIpvs => "its kernel has IPVS, but there is no ipvsadm",
            _ => "its kernel has no IPVS",
        });
    }

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NodeNamePattern();
}
