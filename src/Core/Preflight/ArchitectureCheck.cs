namespace ClusterPanel.Core.Preflight;

/// <summary>The package is for the host's processor.</summary>
internal sealed class ArchitectureCheck : IPreflightCheck
{
    public string Title => "Architecture";

    public CheckResult Judge(PreflightSubject subject) => subject.Facts.Architecture == subject.Package.Manifest.Architecture
        ? new(Verdict.Ok, subject.Facts.Architecture)
        : new(Verdict.Failed, subject.Facts.Architecture, $"The package is for {subject.Package.Manifest.Architecture}. Choose a package for {subject.Facts.Architecture}, or another host.");
}
