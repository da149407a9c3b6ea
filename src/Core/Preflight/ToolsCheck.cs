namespace ClusterPanel.Core.Preflight;

/// <summary>The commands that the panel's scripts and kubeadm's preflight use.</summary>
internal sealed class ToolsCheck : IPreflightCheck
{
    public string Title => "Tools";

    // Command, and the Debian package it is in. kubeadm checks conntrack, ip, iptables, mount and nsenter itself (InPath).
    private static readonly (string Command, string Package)[] Needed =
    [
        ("awk", "mawk"), ("conntrack", "conntrack"), ("curl", "curl"), ("flock", "util-linux"), ("ip", "iproute2"), ("iptables", "iptables"), ("modprobe", "kmod"),
        ("mount", "mount"), ("nsenter", "util-linux"), ("sha256sum", "coreutils"), ("ss", "iproute2"), ("stdbuf", "coreutils"), ("systemd-run", "systemd"), ("tar", "tar"),
    ];

    // What is not used before the package's programs are installed, and so may come with them.
    private static readonly string[] MayComeWithThePackage = ["conntrack", "curl"];

    public CheckResult Judge(PreflightSubject subject)
    {
        var brought = MayComeWithThePackage.Where(c => !subject.Facts.Commands.Contains(c) && subject.Package.Manifest.Binaries.Contains(c)).ToList();
        var missing = Needed.Where(n => !subject.Facts.Commands.Contains(n.Command) && !brought.Contains(n.Command)).ToList();
        return missing.Count == 0
            ? new(Verdict.Ok, brought.Count == 0 ? "all there" : $"from the package: {string.Join(", ", brought)}")
            : new(Verdict.Failed, string.Join(", ", missing.Select(m => m.Command)), $"Install what is missing: apt-get install {string.Join(' ', missing.Select(m => m.Package).Distinct())} (or the like).");
    }
}
