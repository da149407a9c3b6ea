using ClusterPanel.Core.Access;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Preflight;

/// <summary>Looks at all hosts of a wish and judges them, before anything is planned.</summary>
public sealed class PreflightService(IAccess access, HostService hosts, IPackageStore packages)
{
    private const int Width = 50;

    private static readonly IReadOnlyList<IPreflightCheck> Checks =
    [
        new OperatingSystemCheck(), new ArchitectureCheck(), new CpuCheck(), new MemoryCheck(), new DiskCheck(), new HostNameCheck(), new ClockCheck(),
        new PortsCheck(), new LeftoversCheck(), new RuntimeCheck(), new SwapCheck(), new ToolsCheck(), new LoadBalancerCheck(),
    ];

    /// <summary>Titles of the columns: whether the host can be reached as root, then every check.</summary>
    public static IReadOnlyList<string> Titles { get; } = ["SSH and sudo", .. Checks.Select(c => c.Title)];

    /// <summary>Reads every chosen host's facts anew (all at once) and runs every check on each.</summary>
    /// <param name="request">The wish; hosts and package must be chosen.</param>
    /// <param name="onRow">Told about each host as soon as it is judged; may be called from any thread.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    /// <exception cref="InvalidInputException">A field of the wish is wrong, or no package or no hosts were chosen.</exception>
    public async Task<PreflightReport> RunAsync(ClusterRequest request, Action<PreflightRow>? onRow, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Operator, cancellationToken);
        var package = request.PackageId is { } id ? await packages.FindAsync(id, cancellationToken) : null;
        var ids = request.MasterHostIds.Concat(request.WorkerHostIds).Distinct().ToList();
        var errors = ClusterRequestRules.Check(request).ToList();
        if (package is null)
        {
            errors.Add(new("package", "Choose an offline package first."));
        }

        if (ids.Count == 0)
        {
            errors.Add(new("masters", "Choose at least one host."));
        }

        // Before any host is touched.
        InvalidInputException.ThrowIfAny(errors);
        var known = (await hosts.ListAsync(cancellationToken)).Where(h => ids.Contains(h.Id)).ToList();
        using var window = new SemaphoreSlim(Width, Width);
        var rows = await Task.WhenAll(ids.Select(async hostId =>
        {
            await window.WaitAsync(cancellationToken);
            try
            {
                var host = await hosts.ProbeAsync(hostId, cancellationToken);
                var role = request.MasterHostIds.Contains(hostId) ? NodeRole.ControlPlane : NodeRole.Worker;
                var row = Judge(host, role, package!, request, [.. known.Where(h => h.Id != hostId)]);
                onRow?.Invoke(row);
                return row;
            }
            finally
            {
                window.Release();
            }
        }));
        return new PreflightReport(Titles, rows);
    }

    private static PreflightRow Judge(Host host, NodeRole role, OfflinePackage package, ClusterRequest request, IReadOnlyList<Host> others)
    {
        if (host.LastError is not null || host.Facts is null)
        {
            var unreachable = new CheckResult(Verdict.Failed, "no way in", host.LastError ?? "Nothing is known of the host.");
            return new PreflightRow(host.Id, host.Name, [unreachable, .. Checks.Select(_ => new CheckResult(Verdict.Warning, "not looked at"))]);
        }

        var subject = new PreflightSubject(host, host.Facts, role, package, request, others);
        return new PreflightRow(host.Id, host.Name, [new CheckResult(Verdict.Ok, "root"), .. Checks.Select(c => c.Judge(subject))]);
    }
}
