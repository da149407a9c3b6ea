using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Pki;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Pages.Clusters;

public sealed partial class RenewCertificatesPage
{
    private readonly HashSet<string> _names = [];
    private readonly HashSet<Guid> _hosts = [];
    private Cluster? _cluster;
    private RenewCertificates? _change;
    private bool _loaded;

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Parameter]
    public Guid Id { get; set; }

    /// <summary>Certificates that are chosen at first; none for all.</summary>
    [SupplyParameterFromQuery(Name = "certificate")]
    public string[]? Certificates { get; set; }

    /// <summary>Nodes that are chosen at first; none for all.</summary>
    [SupplyParameterFromQuery(Name = "host")]
    public Guid[]? Hosts { get; set; }

    private IReadOnlyList<Crumb> Way => [new("Clusters", "/clusters"), new(_cluster!.Name, $"/clusters/{Id}"), new("Certificates", $"/clusters/{Id}/certificates")];

    protected override async Task OnParametersSetAsync()
    {
        if (_cluster?.Id == Id)
        {
            return;
        }

        _cluster = await Clusters.FindAsync(Id, CancellationToken.None);
        _loaded = true;
        if (_cluster is { } cluster)
        {
            _names.UnionWith(Certificates is { Length: > 0 } names ? names.Intersect(RenewableCertificate.Names) : RenewableCertificate.Names);
            _hosts.UnionWith(cluster.Spec.Members.Select(m => m.HostId).Where(h => Hosts is not { Length: > 0 } hosts || hosts.Contains(h)));
            Plan();
        }
    }

    private static string What(string name) => name switch
    {
        RenewableCertificate.Kubelet => "its serving and its client certificate, on every node",
        RenewableCertificate.InMemory => "what API server, controller manager and scheduler sign for themselves: they are restarted",
        "admin.conf" or "super-admin.conf" => "kubeconfig",
        _ => RenewableCertificate.All.First(c => c.Name == name).Component is { } component ? $"restarts {component}" : "",
    };

    private void Toggle<T>(HashSet<T> chosen, T what)
    {
        if (!chosen.Remove(what))
        {
            chosen.Add(what);
        }

        Plan();
    }

    private void Plan()
    {
        var members = _cluster!.Spec.Members.Where(m => _hosts.Contains(m.HostId)).ToList();
        _change = _names.Count > 0 && members.Any(m => m.Role == NodeRole.ControlPlane || _names.Contains(RenewableCertificate.Kubelet))
            ? new RenewCertificates(Id, [.. RenewableCertificate.Names.Where(_names.Contains)], [.. members.Select(m => m.HostId)])
            : null;
    }
}
