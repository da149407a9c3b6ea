using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>The look at etcd's members that several steps take.</summary>
internal static class EtcdLook
{
    private const string Key = "members";

    /// <summary>The look, for plans.</summary>
    public static PlannedCommand Command => PlannedCommand.Look(Key, "Read etcd's member list and each member's health", $$"""
        export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        {{KubeadmText.EtcdFunction}}
        etcd member list -w json || exit 1
        echo
        echo health
        etcd endpoint health --cluster -w json 2>/dev/null || :
        """);

    /// <summary>The members as the etcd of a master tells them.</summary>
    /// <exception cref="CommandFailedException">It does not answer.</exception>
    public static async Task<IReadOnlyList<EtcdMember>> ReadAsync(StepContext context, ClusterMember master, CancellationToken cancellationToken)
    {
        var result = await context.LookAsync(Key, cancellationToken, master);
        if (!result.Succeeded)
        {
            throw new CommandFailedException(master.HostName, "etcd's members could not be read", result.ExitCode, result.LastLines(5));
        }

        var parts = result.Output.Split("\nhealth\n", 2);
        return EtcdQuorum.Parse(parts[0], parts.Length == 2 ? parts[1] : "");
    }

    /// <summary>The same, or null where no etcd answers.</summary>
    public static async Task<IReadOnlyList<EtcdMember>?> TryReadAsync(StepContext context, ClusterMember master, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(context, master, cancellationToken);
        }
        catch (Exception e) when (e is HostException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The member that serves peers at a node's address, or null.</summary>
    public static EtcdMember? Of(IReadOnlyList<EtcdMember> members, ClusterMember node) =>
        members.FirstOrDefault(m => m.PeerUrl.Contains($"//{node.Address}:", StringComparison.Ordinal));

    /// <summary>The members in one line, for a person who waits.</summary>
    public static string Describe(IReadOnlyList<EtcdMember> members) =>
        "members: " + string.Join(", ", members.Select(m => $"{(m.Started ? m.Name : m.PeerUrl)} {(m.Healthy ? "healthy" : "not healthy")}"));
}
