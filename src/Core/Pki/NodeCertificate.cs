namespace ClusterPanel.Core.Pki;

/// <summary>A certificate as it was read from a node.</summary>
/// <param name="HostId">The node's host.</param>
/// <param name="HostName">Its name in the inventory.</param>
/// <param name="File">The file it stands in (a kubeconfig, too), or which component has it in memory.</param>
/// <param name="InMemory">True when its component made it at its start, for a year: only a restart renews it.</param>
/// <param name="Subject">Who it names.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="Names">DNS names and addresses it is valid for.</param>
/// <param name="Begins">From when on it is valid.</param>
/// <param name="Ends">Until when.</param>
public sealed record NodeCertificate(
    Guid HostId, string HostName, string File, bool InMemory, string Subject, string Issuer, IReadOnlyList<string> Names, DateTimeOffset Begins, DateTimeOffset Ends)
{
    /// <summary>Days before its end when it is to be looked at; what is in memory lasts a year, and is to be restarted before 300 days.</summary>
    private const int DaysInMemory = 65;

    /// <summary>The name it is renewed by (<see cref="RenewableCertificate"/>); null for a CA, which is not renewed.</summary>
    public string? RenewedAs => RenewableCertificate.NameOf(File, InMemory);

    /// <summary>
    /// True when it was given less time than the cluster's certificates get: by <c>kubeadm certs renew</c> run by hand, or an upgrade.
    /// </summary>
    /// <param name="years">What was asked for.</param>
    /// <param name="authority">The end of the node's CA, if known: nothing it signs is valid for longer.</param>
    public bool IsShort(int years, DateTimeOffset? authority) => RenewedAs is not null && !InMemory && Validity.IsShort(Begins, Ends, years, authority);

    /// <summary>True when it ends soon.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="warnDays">What is soon for one in a file.</param>
    public bool EndsSoon(DateTimeOffset now, int warnDays) => Ends - now < TimeSpan.FromDays(InMemory ? DaysInMemory : warnDays);
}
