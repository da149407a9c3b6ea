using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Api;

/// <summary>Hosts as programs name them: by identity, name, address or range.</summary>
internal static class HostNames
{
    /// <summary>Finds hosts of the inventory.</summary>
    /// <exception cref="InvalidInputException">One is not there.</exception>
    public static List<Guid> Find(IReadOnlyList<string>? names, IReadOnlyList<Host> inventory, string field)
    {
        RefuseMany(names?.Count, field);
        var ids = new List<Guid>();
        foreach (var name in names ?? [])
        {
            if (Guid.TryParse(name, out var id) && inventory.Any(h => h.Id == id))
            {
                ids.Add(id);
                continue;
            }

            try
            {
                var (hosts, unknown) = HostChoice.Find(name, inventory);
                ids.AddRange(hosts.Select(h => h.Id));
                RefuseMany(ids.Count, field);
                if (unknown.Count > 0)
                {
                    throw new InvalidInputException(field, $"Not in the inventory: {Some(unknown)}. Add them first: POST {ApiRoutes.Root}/hosts.");
                }
            }
            catch (InvalidInputException e) when (e.Errors[0].Field != field)
            {
                throw new InvalidInputException(field, e.Message);
            }
        }

        return [.. ids.Distinct()];
    }

    /// <summary>Finds members of a cluster by identity, or the name or address of host or node.</summary>
    /// <exception cref="InvalidInputException">One is not there.</exception>
    public static List<Guid> Members(IReadOnlyList<string>? names, Cluster cluster, string field) => Ids(names, cluster.Spec.Members, field, $"no node of cluster {cluster.Name}");

    /// <summary>The same among all hosts that hold something of the cluster: its members, and those that left and were not cleaned.</summary>
    /// <exception cref="InvalidInputException">One is not there.</exception>
    public static List<Guid> All(IReadOnlyList<string>? names, Cluster cluster, string field) =>
        Ids(names, [.. cluster.Spec.Members, .. cluster.Spec.NotCleaned], field, $"no host of cluster {cluster.Name}");

    /// <summary>Finds hosts that left a cluster and were not cleaned: a member may have the node name and the address of one by now.</summary>
    /// <exception cref="InvalidInputException">One is not there.</exception>
    public static List<Guid> Left(IReadOnlyList<string>? names, Cluster cluster, string field) =>
        Ids(names, cluster.Spec.NotCleaned, field, $"no host that left cluster {cluster.Name} and was not cleaned");

    private static List<Guid> Ids(IReadOnlyList<string>? names, IReadOnlyList<ClusterMember> members, string field, string whatItIsNot)
    {
        RefuseMany(names?.Count, field);
        // A host's own name goes before the name that its node has.
        Func<ClusterMember, string>[] ways = [m => m.HostId.ToString(), m => m.HostName, m => m.NodeName, m => m.Address];
        return
        [
            .. (names ?? []).Select(name => ways.Select(way => members.FirstOrDefault(m => way(m) == name)).FirstOrDefault(m => m is not null)?.HostId
                ?? throw new InvalidInputException(field, $"\"{InputText.Shown(name)}\" is {whatItIsNot}.")),
        ];
    }

    private static void RefuseMany(int? count, string field)
    {
        if (count > HostList.MaximumHosts)
        {
            throw new InvalidInputException(field, $"At most {HostList.MaximumHosts} hosts can be named at once.");
        }
    }

    private static string Some(IReadOnlyList<string> names)
    {
        const int Most = 10;
        return string.Join(", ", names.Take(Most).Select(InputText.Shown)) + (names.Count > Most ? $" and {names.Count - Most} more" : "");
    }
}
