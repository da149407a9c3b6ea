using ClusterPanel.Core.Access;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Plans;

namespace ClusterPanel.Core.Deployments;

/// <summary>Plans and starts changes of clusters that exist.</summary>
public sealed class ClusterChangeService(
    IAccess access, IDeploymentStore store, IClusterStore clusters, IClusterApi api, ClusterHealthService health, IHostStore hosts, IPackageStore packages, TimeProvider time)
{
    /// <summary>Computes the plan of a change without storing or touching anything.</summary>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="ConflictException">The cluster is in no state for it, or another deployment of it is not finished.</exception>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<PlanPreview> PreviewAsync(ClusterChange change, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Operator, cancellationToken);
        return (await PlanAsync(change, cancellationToken)).Preview;
    }

    /// <summary>Stores the deployment; work begins within a second or two.</summary>
    /// <param name="change">The same wish the plan was shown for.</param>
    /// <param name="planHash">Hash of the plan that was shown.</param>
    /// <param name="cancellationToken">Until it is stored.</param>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="ConflictException">The plan would be another one now, or another deployment of the cluster is not finished.</exception>
    public async Task<Deployment> StartAsync(ClusterChange change, string planHash, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        var (cluster, preview) = await PlanAsync(change, cancellationToken);
        if (preview.Hash != planHash)
        {
            throw new ConflictException("The cluster or a host has changed since this plan was shown. Look at the new plan and confirm again.");
        }

        var deployment = Deployment.Queued(cluster, KindOf(change), actor.Name, time.GetUtcNow());
        await store.ChangeClusterAsync(deployment, preview.Plan, cluster, actor.Did(ActionOf(deployment.Kind), $"cluster {cluster.Name}", null, $"{preview.Plan.Title}, plan {preview.Hash}"), cancellationToken);
        return deployment;
    }

    /// <summary>The package that further nodes of a cluster are made from: one of the version that runs there now.</summary>
    /// <exception cref="InvalidInputException">None is registered.</exception>
    /// <exception cref="ConflictException">The cluster is not ready, or cannot be read.</exception>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<OfflinePackage> PackageAsync(Guid clusterId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Operator, cancellationToken);
        var spec = await ReadSpecAsync(await FindAsync(clusterId, cancellationToken), cancellationToken);
        return await PackageAsync(spec, cancellationToken) ?? throw new InvalidInputException([ClusterSpecBuilder.NoPackage(spec)]);
    }

    /// <summary>Why a member does not answer, or null when it does: a removal and a replacement ask the same.</summary>
    /// <exception cref="ConflictException">The cluster, or the member, is no longer there.</exception>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<string?> WhySilentAsync(Guid clusterId, Guid hostId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Operator, cancellationToken);
        var member = (await FindAsync(clusterId, cancellationToken)).Spec.Members.FirstOrDefault(m => m.HostId == hostId) ?? throw new ConflictException("This host is no longer a member of the cluster.");
        return (await health.ReachAsync([member], cancellationToken))[0].Why;
    }

    private static string ActionOf(DeploymentKind kind) => kind switch
    {
        DeploymentKind.AddNodes => "nodes.add",
        DeploymentKind.RemoveNodes => "nodes.remove",
        DeploymentKind.ReplaceMaster => "master.replace",
        DeploymentKind.RepairNodes => "nodes.repair",
        DeploymentKind.ResetCluster => "cluster.reset",
        DeploymentKind.CleanHosts => "hosts.clean",
        DeploymentKind.RenewCertificates => "certificates.renew",
        DeploymentKind.ChangeApiServerNames => "api-server-names.change",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It has no name in the audit log."),
    };

    private static DeploymentKind KindOf(ClusterChange change) => change switch
    {
        AddNodes => DeploymentKind.AddNodes,
        RemoveNodes => DeploymentKind.RemoveNodes,
        ReplaceMaster => DeploymentKind.ReplaceMaster,
        RepairNodes => DeploymentKind.RepairNodes,
        ResetCluster => DeploymentKind.ResetCluster,
        CleanHosts => DeploymentKind.CleanHosts,
        RenewCertificates => DeploymentKind.RenewCertificates,
        ChangeApiServerNames => DeploymentKind.ChangeApiServerNames,
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "There is no deployment for it."),
    };

    private async Task<(Cluster Cluster, PlanPreview Preview)> PlanAsync(ClusterChange change, CancellationToken cancellationToken)
    {
        var cluster = await FindAsync(change.ClusterId, cancellationToken);
        var newest = await store.ListAsync(cluster.Id, 1, cancellationToken) is [var first, ..] ? first : null;
        if (newest is { IsFinished: false })
        {
            throw new ConflictException(newest.InTheWay);
        }

        var plan = change switch
        {
            AddNodes add => await AddAsync(cluster, add, cancellationToken),
            RemoveNodes remove => await RemoveAsync(cluster, remove, cancellationToken),
            ReplaceMaster replace => await ReplaceAsync(cluster, replace, cancellationToken),
            RepairNodes repair => Repair(cluster, repair),
            ResetCluster reset => Reset(cluster, reset),
            CleanHosts clean => Clean(cluster, clean),
            RenewCertificates renew => Renew(cluster, renew),
            ChangeApiServerNames names => await ChangeNamesAsync(cluster, names, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "There is no plan for it."),
        };
        var masters = plan.Spec.ControlPlane.Count();
        var advice = masters == cluster.Spec.ControlPlane.Count() ? null : MasterCount.Advice(masters);
        var instead = newest is { CanRetry: true } ? $"\"{newest.Kind.Text(cluster.Name)}\" was stopped, and cannot be continued any more after this." : null;
        return (cluster, new PlanPreview(plan) { Warnings = [.. new[] { instead, advice }.OfType<string>()] });
    }

    private async Task<Cluster> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await clusters.FindAsync(id, cancellationToken) ?? throw new ConflictException("This cluster is no longer there.");

    private async Task<Plan> AddAsync(Cluster cluster, AddNodes change, CancellationToken cancellationToken)
    {
        var spec = await ReadSpecAsync(cluster, cancellationToken);
        var input = await ExtendAsync(cluster.Id, spec, change.MasterHostIds, change.WorkerHostIds, cancellationToken);
        if (change.MasterHostIds.Count > 0 && EtcdQuorum.WhyNotAdd(await health.ReadEtcdAsync(spec, cancellationToken)) is { } why)
        {
            throw new ConflictException($"No master can be added now. {why}");
        }

        await CheckNodesAsync(cluster, input.Spec, [.. input.Spec.Members.Except(spec.Members)], cancellationToken);
        return AddNodesPlan.Build(input, spec.Members);
    }

    private async Task<Plan> ReplaceAsync(Cluster cluster, ReplaceMaster change, CancellationToken cancellationToken)
    {
        var spec = await ReadSpecAsync(cluster, cancellationToken);
        var errors = new List<FieldError>();
        var old = Leaving(spec, [change.HostId], NodeRole.ControlPlane, "name", errors);
        if (spec.ControlPlane.Count() == 1)
        {
            errors.Add(new("name", "It is the last master: add another one first, then remove this one."));
        }

        // The same entry of the inventory: a machine that was installed anew, with its name and address.
        var again = change.NewHostId == change.HostId;
        if (again && !change.PoweredOff)
        {
            errors.Add(new("with", $"{old.FirstOrDefault()?.HostName} can take its own place only when it was installed anew: confirm that what ran there is gone (poweredOff)."));
        }

        CheckDrain(change.Drain, errors);
        InvalidInputException.ThrowIfAny(errors);
        var gone = Without(spec, old, change.PoweredOff ? [change.HostId] : []);
        var without = new PlanInput(cluster.Id, gone, null);
        try
        {
            // The wish is judged before any host is asked for the quorum.
            var input = await ExtendAsync(cluster.Id, again ? gone with { NotCleaned = spec.NotCleaned } : gone, [change.NewHostId], [], cancellationToken);
            // What takes its own place answers, and is another machine.
            await Task.WhenAll(again ? Task.CompletedTask : CheckPowerAsync(old, change.PoweredOff ? [change.HostId] : [], cancellationToken), CheckQuorumAsync(spec, old, "name", cancellationToken));
            await CheckNodesAsync(cluster, input.Spec, [.. input.Spec.Members.Except(spec.Members)], cancellationToken);
            return ReplaceMasterPlan.Build(without, input, old[0], change.Drain);
        }
        catch (InvalidInputException e)
        {
            // Here the new host is not one of several masters.
            throw new InvalidInputException([.. e.Errors.Select(f => f.Field == "masters" ? f with { Field = "with" } : f)]);
        }
    }

    private Task<ClusterState> StateAsync(Cluster cluster, CancellationToken cancellationToken) => AskAsync(cluster, () => api.ReadAsync(cluster, cancellationToken), cancellationToken);

    // No master comes or goes, and nothing joins, in the middle of an upgrade by hand: kubeadm upgrade writes the version before the masters have it.
    private static void CheckVersions(Cluster cluster, ClusterSpec spec, IEnumerable<ClusterMember> but, ClusterState state)
    {
        var masters = spec.ControlPlane.Except(but).Select(m => m.NodeName).ToHashSet();
        if (state.Nodes.FirstOrDefault(n => masters.Contains(n.Name) && n.Ready == true && KubernetesVersion.TryParse(n.Version, out var version) && version != spec.Version) is { } other)
        {
            throw new ConflictException($"Cluster {cluster.Name} is being upgraded: its configuration says {spec.Version}, and kubelet on the master {other.Name} is {other.Version}. Bring the upgrade to its end on every master first.");
        }
    }

    // A host with the name of a Node that the panel does not know would take it for its own.
    private async Task CheckNodesAsync(Cluster cluster, ClusterSpec spec, IReadOnlyList<ClusterMember> added, CancellationToken cancellationToken)
    {
        var state = await StateAsync(cluster, cancellationToken);
        CheckVersions(cluster, spec, added, state);
        var strangers = state.Nodes.Where(n => cluster.Spec.Members.All(m => m.NodeName != n.Name)).ToList();
        InvalidInputException.ThrowIfAny([.. added.SelectMany(a => strangers.Where(n => n.Name == a.NodeName || n.Address == a.Address).Select(n => new FieldError(
            a.Role == NodeRole.ControlPlane ? "masters" : "workers",
            cluster.Spec.NotCleaned.FirstOrDefault(m => m.NodeName == n.Name) is { } left
                ? $"{a.HostName} has the name or address of the Node {n.Name}, whose host {left.HostName} left the cluster and came back. Clean {left.HostName} first."
                : $"{a.HostName} has the name or address of the Node {n.Name} ({n.Address}), which joined without the panel. Delete it first: kubectl delete node {n.Name}")))]);
    }

    private async Task<PlanInput> ExtendAsync(Guid id, ClusterSpec spec, IEnumerable<Guid> masters, IEnumerable<Guid> workers, CancellationToken cancellationToken)
    {
        var package = await PackageAsync(spec, cancellationToken);
        return new PlanInput(id, ClusterSpecBuilder.Extend(spec, masters, workers, await hosts.ListAsync(cancellationToken), package), package);
    }

    private async Task<OfflinePackage?> PackageAsync(ClusterSpec spec, CancellationToken cancellationToken)
    {
        var fitting = (await packages.ListAsync(cancellationToken)).Where(p => p.Manifest.Version == spec.Version && p.Manifest.StandIn == spec.StandIn).ToList();
        return fitting.FirstOrDefault(p => p.Id == spec.PackageId) ?? fitting.FirstOrDefault();
    }

    private async Task<Plan> RemoveAsync(Cluster cluster, RemoveNodes change, CancellationToken cancellationToken)
    {
        var spec = await ReadSpecAsync(cluster, cancellationToken);
        var errors = new List<FieldError>();
        var masters = Leaving(spec, change.MasterHostIds, NodeRole.ControlPlane, "masters", errors);
        var workers = Leaving(spec, change.WorkerHostIds, NodeRole.Worker, "workers", errors);
        if (masters.Count + workers.Count == 0 && errors.Count == 0)
        {
            errors.Add(new("workers", "Choose at least one node to remove."));
        }

        if (masters.Count > 0 && masters.Count == spec.ControlPlane.Count())
        {
            errors.Add(new("masters", $"{(masters.Count == 1 ? "It is the last master" : "These are all masters")}: without one there is no cluster. To remove everything, reset the cluster."));
        }

        if (change.PoweredOff.Except(change.MasterHostIds).Except(change.WorkerHostIds).Any())
        {
            errors.Add(new("poweredOff", "Name only nodes that are removed: those of them that are powered off."));
        }

        CheckDrain(change.Drain, errors);
        InvalidInputException.ThrowIfAny(errors);
        // Those that are switched off first: without them there are more votes for the others.
        IReadOnlyList<ClusterMember> leaving = [.. masters.OrderBy(m => !change.PoweredOff.Contains(m.HostId)), .. workers];
        await Task.WhenAll(CheckPowerAsync(leaving, change.PoweredOff, cancellationToken), CheckQuorumAsync(spec, leaving, "masters", cancellationToken));
        if (masters.Count > 0)
        {
            CheckVersions(cluster, spec, leaving, await StateAsync(cluster, cancellationToken));
        }

        return RemoveNodesPlan.Build(new PlanInput(cluster.Id, Without(spec, leaving, change.PoweredOff), null), leaving, change.Drain);
    }

    // A host that runs would keep its Node, its pods and its certificates when it is taken for one that is switched off; the other way round its
    // pods would be waited for in vain.
    private async Task CheckPowerAsync(IReadOnlyList<ClusterMember> leaving, IReadOnlyCollection<Guid> poweredOff, CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        foreach (var (member, why) in await health.ReachAsync(leaving, cancellationToken))
        {
            if (why is null && poweredOff.Contains(member.HostId))
            {
                errors.Add(new("poweredOff", $"{member.HostName} answers, so it is not powered off. Leave it out here: it is drained and cleaned then. Or switch it off."));
            }
            else if (why is not null && !poweredOff.Contains(member.HostId))
            {
                errors.Add(new("poweredOff", $"{member.HostName} does not answer: {why} Make it answer, or switch it off and name it here. Its kubelet's certificate stays valid: while it runs, its pods do, and it would register itself again."));
            }
        }

        InvalidInputException.ThrowIfAny(errors);
    }

    // Looked at again by the step itself, right before each removal; here so that nothing is begun that would be refused half-way.
    private async Task CheckQuorumAsync(ClusterSpec spec, IEnumerable<ClusterMember> leaving, string field, CancellationToken cancellationToken)
    {
        var masters = leaving.Where(m => m.Role == NodeRole.ControlPlane).ToList();
        if (masters.Count > 0 && EtcdQuorum.WhyNotRemove(await health.ReadEtcdAsync(spec, cancellationToken), masters, spec.ControlPlane) is { } why)
        {
            throw new InvalidInputException(field, why);
        }
    }

    private static ClusterSpec Without(ClusterSpec spec, IReadOnlyList<ClusterMember> leaving, IReadOnlyCollection<Guid> poweredOff) => spec with
    {
        Members = [.. spec.Members.Except(leaving)],
        NotCleaned = [.. spec.NotCleaned.Concat(leaving.Where(m => poweredOff.Contains(m.HostId))).DistinctBy(m => m.HostId)],
    };

    private static void CheckDrain(DrainOptions drain, List<FieldError> errors)
    {
        if (drain.Minutes is < 1 or > 120)
        {
            errors.Add(new("drainMinutes", "The time limit for draining must be 1 to 120 minutes."));
        }
    }

    private static List<ClusterMember> Leaving(ClusterSpec spec, IEnumerable<Guid> ids, NodeRole role, string field, List<FieldError> errors)
    {
        var leaving = new List<ClusterMember>();
        foreach (var id in ids.Distinct())
        {
            if (spec.Members.FirstOrDefault(m => m.HostId == id) is not { } member)
            {
                errors.Add(new(field, "A chosen host is not a member of the cluster. Choose again."));
            }
            else if (member.Role != role)
            {
                errors.Add(new(field, $"{member.HostName} is a {(member.Role == NodeRole.ControlPlane ? "master" : "worker")}, not a {(role == NodeRole.ControlPlane ? "master" : "worker")}: choose it among the {(member.Role == NodeRole.ControlPlane ? "masters" : "workers")}."));
            }
            else
            {
                leaving.Add(member);
            }
        }

        return leaving;
    }

    // The cluster tells what it is; the panel may remember a version that was upgraded since by hand.
    private async Task<ClusterSpec> ReadSpecAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        cluster.ThrowUnlessReady();
        var running = await AskAsync(cluster, () => api.ReadConfigurationAsync(cluster, cancellationToken), cancellationToken);
        if (running.ControlPlaneEndpoint != cluster.Spec.ControlPlaneEndpoint)
        {
            throw new ConflictException($"Cluster {cluster.Name} calls its API {running.ControlPlaneEndpoint}, not {cluster.Spec.ControlPlaneEndpoint}: it was set up anew without the panel.");
        }

        return cluster.Spec with { Version = running.Version, PodSubnet = running.PodSubnet, ServiceSubnet = running.ServiceSubnet, DnsDomain = running.DnsDomain };
    }

    private async Task<T> AskAsync<T>(Cluster cluster, Func<Task<T>> question, CancellationToken cancellationToken)
    {
        try
        {
            return await question();
        }
        catch (HostException e)
        {
            throw new ConflictException($"Cluster {cluster.Name} cannot be read, and is not changed before it can. {await LostQuorumAsync(cluster.Spec, cancellationToken)}{e.Message}", e);
        }
    }

    // The arithmetic when that is why the API does not answer, or nothing.
    private async Task<string> LostQuorumAsync(ClusterSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            return EtcdQuorum.WhyLost(await health.ReadEtcdAsync(spec, cancellationToken)) is { } why ? $"{why} The cluster's page shows how to recover it by hand. " : "";
        }
        catch (ConflictException)
        {
            return "";
        }
    }

    // Not read from the cluster: what is repaired may be the way to it.
    private static Plan Repair(Cluster cluster, RepairNodes change)
    {
        var nodes = cluster.Spec.Members.Where(m => change.HostIds.Contains(m.HostId)).ToList();
        return cluster.Status == ClusterStatus.Ready && nodes.Count > 0 && nodes.Count == change.HostIds.Distinct().Count()
            ? RepairNodesPlan.Build(new PlanInput(cluster.Id, cluster.Spec, null), nodes)
            : throw new InvalidInputException("hosts", $"Name nodes of cluster {cluster.Name}, which must be ready.");
    }

    // Not read from the cluster either: certificates that have ended keep everybody out.
    private static Plan Renew(Cluster cluster, RenewCertificates change)
    {
        var errors = new List<FieldError>();
        if (change.Certificates.Any(n => !RenewableCertificate.Names.Contains(n)))
        {
            var name = change.Certificates.First(n => !RenewableCertificate.Names.Contains(n));
            errors.Add(new("certificates", $"\"{InputText.Shown(name)}\" is not the name of a certificate that can be renewed. There are: {string.Join(", ", RenewableCertificate.Names)}."));
        }

        var nodes = cluster.Spec.Members.Where(m => change.HostIds.Count == 0 || change.HostIds.Contains(m.HostId)).ToList();
        if (cluster.Status != ClusterStatus.Ready || (change.HostIds.Count > 0 && nodes.Count != change.HostIds.Distinct().Count()))
        {
            errors.Add(new("hosts", $"Name nodes of cluster {cluster.Name}, which must be ready."));
        }

        IReadOnlyList<string> names = [.. RenewableCertificate.Names.Where(n => change.Certificates.Count == 0 || change.Certificates.Contains(n))];
        if (nodes.All(n => n.Role == NodeRole.Worker) && !names.Contains(RenewableCertificate.Kubelet))
        {
            errors.Add(new("hosts", "Workers have no other certificates than kubelet's: name a master, or choose kubelet."));
        }

        InvalidInputException.ThrowIfAny(errors);
        return RenewCertificatesPlan.Build(new PlanInput(cluster.Id, cluster.Spec, null), names, nodes);
    }

    private async Task<Plan> ChangeNamesAsync(Cluster cluster, ChangeApiServerNames change, CancellationToken cancellationToken)
    {
        InvalidInputException.ThrowIfAny([.. ClusterRequestRules.CheckSans(change.ExtraSans)]);
        var spec = await ReadSpecAsync(cluster, cancellationToken);
        return RenewCertificatesPlan.BuildForNames(new PlanInput(cluster.Id, spec with { ExtraSans = [.. change.ExtraSans.Distinct(StringComparer.Ordinal)] }, null), spec.ExtraSans);
    }

    private static Plan Reset(Cluster cluster, ResetCluster change)
    {
        if (cluster.Status == ClusterStatus.Removed)
        {
            throw new ConflictException($"Cluster {cluster.Name} was reset already.");
        }

        var plan = ResetClusterPlan.Build(cluster, change.LeaveOut);
        return plan.Stages.Count > 0 ? plan : throw new InvalidInputException("leaveOut", "Every host is left out: there is nothing to clean.");
    }

    private static Plan Clean(Cluster cluster, CleanHosts change)
    {
        cluster.ThrowIfHalfDone();
        var plan = ResetClusterPlan.BuildForLeft(cluster, change.HostIds);
        return plan.Members().Count() == change.HostIds.Distinct().Count() && change.HostIds.Count > 0 && cluster.Spec.Members.All(m => !change.HostIds.Contains(m.HostId))
            ? plan
            : throw new InvalidInputException("hosts", $"Name hosts that left cluster {cluster.Name} and were not cleaned.");
    }
}
