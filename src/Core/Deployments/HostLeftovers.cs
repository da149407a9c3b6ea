using ClusterPanel.Core.Access;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Steps;

namespace ClusterPanel.Core.Deployments;

/// <summary>Lists what cleaning a host would undo, without changing anything.</summary>
public sealed class HostLeftovers(IAccess access, IHostStore hosts, IHostSessions sessions)
{
    /// <summary>A line per thing; none when the host is clean.</summary>
    /// <exception cref="HostException">The host does not answer, or not as it should.</exception>
    /// <exception cref="ConflictException">The host is no longer in the inventory.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(ClusterSpec spec, ClusterMember member, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Operator, cancellationToken);
        var host = await hosts.FindAsync(member.HostId, cancellationToken) ?? throw new ConflictException("This host is no longer in the inventory.");
        await using var session = await sessions.OpenAsync(host, cancellationToken);
        var result = await session.RunAsync(new HostCommand("List what is left of the cluster", HostCleaning.Left(spec), TimeSpan.FromMinutes(1)), cancellationToken);
        return result.Succeeded
            ? HostCleaning.ParseLeft(result.Output)
            : throw new CommandFailedException(member.HostName, "List what is left of the cluster", result.ExitCode, result.LastLines(5));
    }
}
