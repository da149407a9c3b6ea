using System.Globalization;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>
/// What became of one point of the crash matrix. Lines are compared with what detached commands left on the host: without any they
/// are null.
/// </summary>
internal sealed record CrashRow(CrashPoint Point, bool Recovered, double Seconds, int? LinesLost, int? LinesDoubled, KubeadmWitness? Kubeadm, bool SaysHalfDone)
{
    /// <summary>Heading of the table, as Markdown.</summary>
    public const string Heading = """
        | Stage | Host | Fault | When | Recovered | Seconds | Lines lost | Lines doubled | init/join started | succeeded | undone |
        |---|---|---|---|---|---|---|---|---|---|---|
        """;

    /// <summary>Finished by itself, with every line once and every init and join succeeded once; what was undone is said in the log.</summary>
    public bool IsGood => Recovered && LinesLost is null or 0 && LinesDoubled is null or 0 && Kubeadm is null or { Succeeded: 1, Overlapped: false } && (Kubeadm is not { Undone: > 0 } || SaysHalfDone);

    /// <summary>The row, as Markdown.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Point.Place.Stage} | {Point.Place.Host} | {Point.Fault} | {Point.Place.When.ToString().ToLowerInvariant()} | {(Recovered ? "yes" : "no")} | {Seconds:0.0} | {Text(LinesLost)} | {Text(LinesDoubled)} | {Text(Kubeadm?.Started)} | {Text(Kubeadm?.Succeeded)} | {Text(Kubeadm?.Undone)} |");

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
