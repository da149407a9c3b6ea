using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Pki;

/// <summary>Reads a cluster's certificates from its hosts, without changing anything.</summary>
public sealed class CertificateReader(IHostStore hosts, IHostSessions sessions, ClusterViews views, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Which components sign a certificate for themselves when they start: https://github.com/kubernetes/kubernetes/issues/86552
    private static readonly (int Port, string Name, string What)[] InMemory =
    [
        (10257, "localhost", "kube-controller-manager (in memory, port 10257)"),
        (10259, "localhost", "kube-scheduler (in memory, port 10259)"),
    ];

    /// <summary>Reads them now, and keeps them as what was last seen.</summary>
    public async Task<ClusterCertificates> ReadAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var answers = await sessions.AskAsync(hosts, cluster.Spec.Members, (member, session) => ReadAsync(cluster.Spec, member, session, cancellationToken), cancellationToken);
        var certificates = new ClusterCertificates(
            [.. answers.SelectMany(a => a.Answer ?? [])], [.. answers.Where(a => a.Why is not null).Select(a => (a.Member, a.Why!))], time.GetUtcNow());
        views.Set(cluster.Id, v => v with { Certificates = certificates });
        return certificates;
    }

    private static async Task<IReadOnlyList<NodeCertificate>> ReadAsync(ClusterSpec spec, ClusterMember member, IHostSession session, CancellationToken cancellationToken)
    {
        var result = await session.RunAsync(new HostCommand("Read the node's certificates", CertificateScript.Text, Limit), cancellationToken);
        var found = CertificateScript.Parse(member, result.Output).ToList();
        if (member.Role == NodeRole.ControlPlane)
        {
            (int Port, string Name, string What)[] served = [(spec.ApiServerPort, "apiserver-loopback-client", $"kube-apiserver to itself (in memory, port {spec.ApiServerPort})"), .. InMemory];
            foreach (var (port, name, what) in served)
            {
                await using var forward = await session.ForwardAsync("127.0.0.1", port, cancellationToken);
                using var certificate = await ServedCertificate.ReadAsync(forward, name, cancellationToken);
                if (certificate is not null)
                {
                    found.Add(CertificateScript.Of(member, what, true, certificate));
                }
            }
        }

        return found;
    }
}
