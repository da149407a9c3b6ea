namespace ClusterPanel.Core.Preflight;

/// <summary>Swap: said beforehand that it is going to be turned off.</summary>
internal sealed class SwapCheck : IPreflightCheck
{
    public string Title => "Swap";

    public CheckResult Judge(PreflightSubject subject) => subject.Facts.Swap.Count == 0
        ? new(Verdict.Ok, "off")
        : new(Verdict.Warning, string.Join(", ", subject.Facts.Swap), "Swap is turned off, also for later boots; its lines in /etc/fstab are kept behind a mark.");
}
