namespace ClusterPanel.Core.Preflight;

/// <summary>A host name that can be a node name and that nobody else has.</summary>
internal sealed class HostNameCheck : IPreflightCheck
{
    public string Title => "Host name";

    public CheckResult Judge(PreflightSubject subject)
    {
        var name = subject.Facts.HostName;
        if (name.Length == 0 || name.StartsWith("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return new(Verdict.Failed, name, "Give the host a name of its own with hostnamectl set-hostname.");
        }

        var twin = subject.Others.FirstOrDefault(o => string.Equals(o.Facts?.HostName, name, StringComparison.OrdinalIgnoreCase));
        return twin is not null
            ? new(Verdict.Failed, name, $"{twin.Name} has the same host name. Node names must differ: hostnamectl set-hostname.")
            : new(Verdict.Ok, name);
    }
}
