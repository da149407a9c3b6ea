using System.Globalization;

namespace ClusterPanel.Core.Preflight;

/// <summary>Clocks agree: certificates of the first minutes are refused by a host whose clock is behind.</summary>
internal sealed class ClockCheck : IPreflightCheck
{
    public string Title => "Clock";

    private const double WarnSeconds = 1;
    private const double FailSeconds = 5;

    public CheckResult Judge(PreflightSubject subject)
    {
        var offset = subject.Facts.ClockOffsetSeconds;
        var measured = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(offset):0.0} s {(offset < 0 ? "behind" : "ahead")}");
        return Math.Abs(offset) switch
        {
            < WarnSeconds => new(Verdict.Ok, measured),
            < FailSeconds => new(Verdict.Warning, measured, "The host's clock differs from the panel's. Set up time synchronisation (chrony or systemd-timesyncd)."),
            _ => new(Verdict.Failed, measured, "The host's clock differs by more than 5 s from the panel's. Set up time synchronisation (chrony or systemd-timesyncd) and check again."),
        };
    }
}
