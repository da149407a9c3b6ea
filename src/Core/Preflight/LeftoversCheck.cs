namespace ClusterPanel.Core.Preflight;

/// <summary>Nothing of an earlier Kubernetes, and no other owner.</summary>
internal sealed class LeftoversCheck : IPreflightCheck
{
    public string Title => "Leftovers";

    public CheckResult Judge(PreflightSubject subject)
    {
        if (subject.Facts.Owner is { } owner)
        {
            return new(Verdict.Failed, "owned", $"The host belongs to a cluster of a panel already (panel, cluster and last writer: {owner}, in /var/lib/clusterpanel/lease).");
        }

        return subject.Facts.Leftovers.Count == 0
            ? new(Verdict.Ok, "none")
            : new(Verdict.Failed, subject.Facts.Leftovers[0], $"Found {string.Join(", ", subject.Facts.Leftovers)}. Clean the host first: kubeadm reset, then remove these.");
    }
}
