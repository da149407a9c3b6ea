namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>A way in which a master's API server fails, and how it comes back; shell texts for that master.</summary>
/// <param name="Name">What happens to it.</param>
/// <param name="Begin">Makes it fail.</param>
/// <param name="End">Lets it work again.</param>
internal sealed record MasterFault(string Name, string Begin, string End)
{
    private const string Process = "'[k]ube-apiserver .*--advertise-address'";

    /// <summary>Every kind, or those that CLUSTERPANEL_TEST_FAULTS names by their first words.</summary>
    public static IReadOnlyList<MasterFault> Wanted => [.. All.Where(f => Scenario.Faults is not { } named || named.Contains(f.Name.Split(' ')[0]))];

    private static IReadOnlyList<MasterFault> All { get; } =
    [
        new("killed", $"mv /etc/kubernetes/manifests/kube-apiserver.yaml /root/ && pkill -KILL -f {Process}", "mv /root/kube-apiserver.yaml /etc/kubernetes/manifests/"),
        new("frozen", $"pkill -STOP -f {Process}", $"pkill -CONT -f {Process} || :"),
        new(
            "answers 500 (its etcd is dead)",
            "mv /etc/kubernetes/manifests/etcd.yaml /root/ && pkill -KILL -f '[e]tcd .*--advertise-client-urls'",
            // An API server that was ended meanwhile, because it was not healthy, would wait for minutes: kubelet forgets that when it starts.
            "mv /root/etcd.yaml /etc/kubernetes/manifests/ && systemctl restart kubelet"),
        new(
            "cut off by dropped packets",
            "nft 'add table inet fault; add chain inet fault input { type filter hook input priority -300; }; add rule inet fault input tcp dport 6443 drop'",
            "nft delete table inet fault"),
    ];
}
