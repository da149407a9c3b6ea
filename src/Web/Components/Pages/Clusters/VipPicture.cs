using System.Globalization;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Web.Components.Controls;

namespace ClusterPanel.Web.Components.Pages.Clusters;

/// <summary>Who reaches the API server through whom: boxes for workers and masters, a line from each to the VIP between them.</summary>
public sealed record VipPicture(IReadOnlyList<VipPicture.Box> Workers, IReadOnlyList<VipPicture.Box> Masters)
{
    /// <summary>More workers than these are drawn as one box, but for those that have trouble.</summary>
    public const int MostWorkers = 8;

    public const int RowHeight = 58;
    public const int BoxHeight = 46;

    public int Height => Math.Max(2, Math.Max(Workers.Count, Masters.Count)) * RowHeight;

    /// <summary>The picture in a sentence.</summary>
    public string Sentence => $"{Workers.Count(w => w.Tone == Tone.Ok)} of {Workers.Count} boxes on the left and {Masters.Count(m => m.Tone == Tone.Ok)} of {Masters.Count} masters are as they should be. "
        + string.Join(" ", Workers.Concat(Masters).Select(b => $"{b.Name}: {b.State}."));

    /// <summary>Draws what was seen last.</summary>
    public static VipPicture Of(ClusterSpec spec, ClusterHealth health)
    {
        var workers = spec.Workers.Select(w => Worker(w, health)).ToList();
        if (workers.Count > MostWorkers)
        {
            var troubled = workers.Where(w => w.Tone != Tone.Ok).Take(MostWorkers - 1).ToList();
            var others = workers.Except(troubled).ToList();
            var rest = others.Count(w => w.Tone != Tone.Ok);
            workers = [.. troubled, new Box($"{others.Count} {(troubled.Count > 0 ? "more " : "")}workers", "", rest == 0 ? "all as they should be" : $"{rest} of them with trouble", rest == 0 ? Tone.Ok : Tone.Bad)];
        }

        var known = spec.ControlPlane.Select(m => (m.Address, Name: m.NodeName))
            .Concat(health.Balancers.SelectMany(b => b.Masters).Where(m => spec.ControlPlane.All(c => c.Address != m.Address)).Select(m => (m.Address, Name: m.Address)).Distinct());
        return new VipPicture(workers, [.. known.Select(m => Master(m.Address, m.Name, health))]);
    }

    private static Box Worker(ClusterMember worker, ClusterHealth health)
    {
        if (health.Balancers.FirstOrDefault(b => b.Worker.HostId == worker.HostId) is not { } balancer)
        {
            return new Box(worker.NodeName, "", "does not answer", Tone.Bad);
        }

        var open = balancer.Masters.Sum(m => m.Connections);
        return health.Drift.Any(d => d.Node.HostId == worker.HostId) ? new Box(worker.NodeName, Mode(balancer.Mode), "needs a repair", Tone.Bad)
            : new Box(worker.NodeName, Mode(balancer.Mode), Connections(open), Tone.Ok);
    }

    private static Box Master(string address, string name, ClusterHealth health)
    {
        var seen = health.Balancers.SelectMany(b => b.Masters).Where(m => m.Address == address).ToList();
        var served = seen.Count(m => m.State == BalancedState.In);
        var open = Connections(seen.Sum(m => m.Connections));
        var below = name == address ? "" : address;
        return seen switch
        {
            [] when health.Balancers.Count == 0 => new Box(name, below, "not known: no worker answers", Tone.Warn),
            [] => new Box(name, below, "on no worker's list", Tone.Bad),
            _ when served == seen.Count && seen.Count == health.Balancers.Count => new Box(name, below, open, Tone.Ok),
            _ when served > 0 => new Box(name, below, string.Create(CultureInfo.InvariantCulture, $"used by {served} of {health.Balancers.Count} workers"), Tone.Warn),
            _ when seen.Any(m => m.State == BalancedState.Leaving) => new Box(name, below, $"leaving, {open}", Tone.Warn),
            _ => new Box(name, below, Answer(seen[0].Answer), Tone.Bad),
        };
    }

    /// <summary>How a load balancer works, for people.</summary>
    public static string Mode(string mode) => mode == "ipvs" ? "IPVS" : mode;

    /// <summary>What a master answered that is out.</summary>
    public static string Answer(string code) => code == "000" ? "out: no answer" : $"out: answers {code}";

    private static string Connections(int count) => count == 1 ? "1 connection" : string.Create(CultureInfo.InvariantCulture, $"{count} connections");

    /// <summary>A worker or a master.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Below">What stands under it, small.</param>
    /// <param name="State">How it is, in words.</param>
    /// <param name="Tone">The same as a colour, a shape and a kind of line.</param>
    public sealed record Box(string Name, string Below, string State, Tone Tone);
}
