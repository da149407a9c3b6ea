namespace ClusterPanel.Core.Preflight;

/// <summary>systemd is there and new enough for transient units with names of ours.</summary>
internal sealed class OperatingSystemCheck : IPreflightCheck
{
    public string Title => "System";

    // systemd 219 is RHEL 7's; nothing newer is used.
    private const int OldestSystemd = 219;

    public CheckResult Judge(PreflightSubject subject) => subject.Facts.SystemdVersion >= OldestSystemd
        ? new(Verdict.Ok, subject.Facts.OperatingSystem)
        : new(Verdict.Failed, subject.Facts.OperatingSystem, $"The host needs systemd {OldestSystemd} or later; found {(subject.Facts.SystemdVersion == 0 ? "none" : subject.Facts.SystemdVersion)}.");
}
