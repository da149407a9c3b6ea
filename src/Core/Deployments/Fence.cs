using System.Globalization;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// The host's half of "one writer per cluster": the text that goes before every changing script. A database cannot stop a
/// command that is already on its way, so the host itself compares the sender's token with the highest it has seen, under flock.
/// </summary>
/// <param name="Panel">Identity of the panel's database.</param>
/// <param name="Cluster">The cluster the host belongs to.</param>
/// <param name="Token">Fencing token of the lease.</param>
/// <param name="Owner">Who holds the lease, for messages: one word of letters, digits and <c>/:.@[]_-</c>.</param>
public sealed record Fence(Guid Panel, Guid Cluster, long Token, string Owner) : IScriptFence
{
    /// <summary>Exit code: a higher token was here; nothing was changed.</summary>
    public const int Outdated = 75;

    /// <summary>Exit code: another command holds the host's lock; nothing was changed.</summary>
    public const int Busy = 76;

    /// <summary>Exit code: the host belongs to another panel or cluster; nothing was changed.</summary>
    public const int Foreign = 77;

    /// <summary>How long a script waits for another one to end on the same host.</summary>
    public static readonly TimeSpan LockWait = TimeSpan.FromSeconds(40);

    /// <summary>The script with the fence before it. Descriptor 9 holds the lock until the script's shell ends.</summary>
    public string Guard(string script) => $"{Head}\n{TakeLock}\n{Compare}\n{Write}\n{script}";

    /// <summary>
    /// The script with the fence before it, for a host that another panel or cluster has marked as its own: the mark is kept beside
    /// ours, and no token is compared, because tokens of different panels have nothing to do with each other.
    /// </summary>
    public string TakeOver(string script) => $"{Head}\n{TakeLock}\ncp -p /var/lib/clusterpanel/lease /var/lib/clusterpanel/lease.taken-over\n{Write}\n{script}";

    /// <summary>True when a mark, panel and cluster with a blank between them and perhaps the last writer, is ours.</summary>
    public bool IsOurs(string mark) => $"{mark} ".StartsWith($"{Panel} {Cluster} ", StringComparison.Ordinal);

    /// <summary>
    /// The script behind the same comparison, without waiting for the lock: for stopping the very command that holds it. Such a
    /// script changes nothing but that command.
    /// </summary>
    public string Check(string script) => $"{Head}\n{Compare}\n{script}";

    private const string Head = """
        set -eu
        umask 022
        export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        mkdir -p /var/lib/clusterpanel
        """;

    private static string TakeLock => string.Create(CultureInfo.InvariantCulture, $$"""
        exec 9>>/var/lib/clusterpanel/lock
        if ! flock -w {{(int)LockWait.TotalSeconds}} 9; then
          echo "another command of the panel still runs on this host" >&2
          exit {{Busy}}
        fi
        """);

    private string Write => string.Create(CultureInfo.InvariantCulture, $$"""
        echo "{{Panel}} {{Cluster}} {{Token}} {{Owner}}" > /var/lib/clusterpanel/lease.new
        mv -f /var/lib/clusterpanel/lease.new /var/lib/clusterpanel/lease
        """);

    private string Compare => string.Create(CultureInfo.InvariantCulture, $$"""
        if [ -s /var/lib/clusterpanel/lease ]; then
          read -r fence_panel fence_cluster fence_token fence_owner < /var/lib/clusterpanel/lease
          if [ "$fence_panel" != {{Panel}} ] || [ "$fence_cluster" != {{Cluster}} ]; then
            echo "this host belongs to cluster $fence_cluster of panel $fence_panel (last writer: $fence_owner)" >&2
            exit {{Foreign}}
          fi
          if [ "$fence_token" -gt {{Token}} ]; then
            echo "a newer writer was here: token $fence_token of $fence_owner, ours is {{Token}}" >&2
            exit {{Outdated}}
          fi
        fi
        """);
}
