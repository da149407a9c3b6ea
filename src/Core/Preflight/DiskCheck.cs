using System.Globalization;

namespace ClusterPanel.Core.Preflight;

/// <summary>Room for the package, unpacked, and for its images.</summary>
internal sealed class DiskCheck : IPreflightCheck
{
    public string Title => "Disk";

    private const long ComfortableMiB = 10 * 1024;

    public CheckResult Judge(PreflightSubject subject)
    {
        // Archive and unpacked files lie side by side for a while; containerd then keeps the images once more.
        var package = (subject.Package.Size + subject.Package.Manifest.UnpackedSize) / 1048576;
        var images = subject.Package.Manifest.UnpackedSize / 1048576;
        var rooms = new[] { ("/var/lib/clusterpanel", package), ("/var/lib/containerd", images), ("/usr/bin", images / 2) }
            .Select(r => (Path: r.Item1, Needed: r.Item2, Free: subject.Facts.FreeMiB.GetValueOrDefault(r.Item1))).ToList();
        var least = rooms.Min(r => r.Free);
        var measured = string.Create(CultureInfo.InvariantCulture, $"{least / 1024.0:0.0} GiB free");
        var tight = rooms.FirstOrDefault(r => r.Free < r.Needed);
        return tight.Path is not null
            ? new(Verdict.Failed, measured, $"{tight.Path} has {tight.Free} MiB free and needs {tight.Needed} MiB for this package. Make room.")
            : least < ComfortableMiB
                ? new(Verdict.Warning, measured, "Less than 10 GiB is little for images and logs.")
                : new(Verdict.Ok, measured);
    }
}
