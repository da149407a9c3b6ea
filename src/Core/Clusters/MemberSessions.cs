using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Clusters;

/// <summary>Asks many hosts of a cluster at once.</summary>
internal static class MemberSessions
{
    // More sessions at once would fill the panel's and the hosts' queues, and be no faster.
    private const int Width = 50;

    /// <summary>What each host answered, or why it did not.</summary>
    public static async Task<IReadOnlyList<(ClusterMember Member, T? Answer, string? Why)>> AskAsync<T>(
        this IHostSessions sessions, IHostStore hosts, IEnumerable<ClusterMember> members, Func<ClusterMember, IHostSession, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        using var window = new SemaphoreSlim(Width, Width);
        return await Task.WhenAll(members.Select(AskOneAsync));

        async Task<(ClusterMember, T?, string?)> AskOneAsync(ClusterMember member)
        {
            await window.WaitAsync(cancellationToken);
            try
            {
                var host = await hosts.FindAsync(member.HostId, cancellationToken) ?? throw new HostUnreachableException(member.HostName, "it is no longer in the inventory.");
                await using var session = await sessions.OpenAsync(host, cancellationToken);
                return (member, await ask(member, session), null);
            }
            catch (HostException e)
            {
                return (member, null, e.Message);
            }
            finally
            {
                window.Release();
            }
        }
    }
}
