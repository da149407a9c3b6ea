namespace ClusterPanel.Core.Preflight;

/// <summary>No container runtime that is in the way.</summary>
internal sealed class RuntimeCheck : IPreflightCheck
{
    public string Title => "Runtime";

    public CheckResult Judge(PreflightSubject subject)
    {
        if (subject.Facts.Commands.Contains("containerd"))
        {
            return new(Verdict.Warning, "containerd", "containerd is installed already. It is used as it is when its settings fit; else the creation stops and says what to change.");
        }

        return subject.Facts.Commands.Contains("dockerd")
            ? new(Verdict.Warning, "docker", "Docker is installed. The package's containerd is installed beside it.")
            : new(Verdict.Ok, "none");
    }
}
