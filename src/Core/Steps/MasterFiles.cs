using System.Security.Cryptography;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Kubeadm;
using ClusterPanel.Core.Pki;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// The certificates, keys and kubeconfigs that the panel makes for a master where kubeadm would give them a year: it keeps what is there.
/// From 1.31 on kubeadm is told the validity, and makes them itself.
/// </summary>
internal static class MasterFiles
{
    /// <summary>Key of <see cref="Write"/>.</summary>
    public const string WriteKey = "copy-pki";

    /// <summary>Key of <see cref="Sans"/>.</summary>
    public const string SansKey = "sans";

    private const string Folder = "pki/";

    /// <summary>True when the panel makes them.</summary>
    public static bool AreMadeByThePanel(KubernetesVersion version) => !KubeadmApi.KnowsValidity(version);

    /// <summary>The change that writes them.</summary>
    /// <param name="sentence">What it does, for people.</param>
    public static PlannedCommand Write(string sentence) => PlannedCommand.Change(WriteKey, sentence, """
        umask 077
        # A run that was ended while it made certificates may have left halves of them.
        rm -rf /etc/kubernetes/pki/*
        mkdir -p /etc/kubernetes/pki/etcd
        tar -C /etc/kubernetes -xpf - --no-same-owner
        """) with { Input = "the files, as an archive" };

    /// <summary>The look, on a master, at the names that the running cluster wants in an API server's certificate.</summary>
    public static PlannedCommand Sans => PlannedCommand.Look(SansKey, "Read which names the cluster wants in its API servers' certificates", $$"""
        configuration=$({{KubeadmText.Kubectl}} -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}') || exit 1
        echo "$configuration" | awk '
          /^  certSANs:/ { on = 1; next }
          on && /^ *- / { gsub(/["'"'"']/, ""); print $2; next }
          { on = 0 }'
        """) with { OnControlPlane = true };

    /// <summary>For the first master: CAs, service-account keys, and everything signed by them.</summary>
    public static byte[] ForFirst(ClusterSpec spec, ClusterMember master, DateTimeOffset now)
    {
        var files = new FileArchive();
        foreach (var (name, commonName) in MasterCertificates.Authorities)
        {
            files.Add(Folder + name, CertificateAuthority.Create(commonName, now, Validity.OfCa(spec.CertificateYears)));
        }

        (files[Folder + "sa.key"], files[Folder + "sa.pub"]) = CertificateAuthority.CreateServiceAccountKey();
        return Sign(files, spec, master, [], MasterCertificates.KubeconfigsOfFirst(spec, master), now);
    }

    /// <summary>For a joining master: CAs and service-account keys as another master has them, and what is signed by them.</summary>
    /// <param name="spec">The cluster.</param>
    /// <param name="master">The master that joins.</param>
    /// <param name="pki">That master's files, as an archive of its <c>/etc/kubernetes/pki</c>.</param>
    /// <param name="sans">What <see cref="Sans"/> printed.</param>
    /// <param name="now">The present moment.</param>
    public static byte[] ForJoining(ClusterSpec spec, ClusterMember master, ReadOnlyMemory<byte> pki, string sans, DateTimeOffset now)
    {
        var files = Copied(pki);
        return AreMadeByThePanel(spec.Version)
            ? Sign(files, spec, master, sans.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), MasterCertificates.Kubeconfigs(spec, master), now)
            : files.ToTar();
    }

    /// <summary>
    /// A certificate or kubeconfig that says what the one on a master says, with a new key, as its files without folders; null where such a
    /// kubeconfig is missing and need not be there.
    /// </summary>
    /// <param name="certificate">Which.</param>
    /// <param name="spec">The cluster.</param>
    /// <param name="master">The master.</param>
    /// <param name="there">The files of its <c>/etc/kubernetes</c>.</param>
    /// <param name="sans">Names for the API server in the place of those it has, or null.</param>
    /// <param name="now">The present moment.</param>
    /// <exception cref="KeyNotFoundException">The CA is not there.</exception>
    public static FileArchive? Renew(RenewableCertificate certificate, ClusterSpec spec, ClusterMember master, FileArchive there, IReadOnlyList<string>? sans, DateTimeOffset now)
    {
        using var authority = CertificateAuthority.Open(there.Pair(Folder + certificate.Authority));
        var files = new FileArchive();
        if (!certificate.IsKubeconfig)
        {
            var table = MasterCertificates.Leaves(spec, master, sans ?? []).Single(l => Folder + l.Name == certificate.File).Profile;
            var profile = sans is null && Said(there.Find(certificate.File + ".crt")) is { } said ? said : table;
            files.Add(certificate.File[(certificate.File.LastIndexOf('/') + 1)..], authority.Issue(profile, now, spec.CertificateYears));
            return files;
        }

        var text = there.Find(certificate.File);
        if (text is not null && KubeconfigText.ClientCertificate(text) is { } inside && Said(inside) is { } user)
        {
            files[certificate.File] = KubeconfigText.With(text, authority.Issue(user, now, spec.CertificateYears));
            return files;
        }

        if (MasterCertificates.Kubeconfigs(spec, master).FirstOrDefault(k => k.File == certificate.File) is not { } missing)
        {
            return null;
        }

        files[certificate.File] = KubeconfigText.Of(missing, authority.Certificate, authority.Issue(new(missing.User, missing.Organization, CertificateUsage.Client, []), now, spec.CertificateYears));
        return files;
    }

    private static CertificateProfile? Said(string? certificate)
    {
        try
        {
            return certificate is null ? null : CertificateProfile.Of(certificate);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static FileArchive Copied(ReadOnlyMemory<byte> pki)
    {
        var from = FileArchive.Read(pki);
        var files = new FileArchive();
        foreach (var name in JoinMaterial.PkiFiles)
        {
            files[Folder + name] = from[name];
        }

        return files;
    }

    private static byte[] Sign(FileArchive files, ClusterSpec spec, ClusterMember master, IEnumerable<string> sans, IEnumerable<KubeconfigProfile> kubeconfigs, DateTimeOffset now)
    {
        var authorities = MasterCertificates.Authorities.ToDictionary(a => a.Name, a => CertificateAuthority.Open(files.Pair(Folder + a.Name)));
        try
        {
            foreach (var leaf in MasterCertificates.Leaves(spec, master, sans))
            {
                files.Add(Folder + leaf.Name, authorities[leaf.Authority].Issue(leaf.Profile, now, spec.CertificateYears));
            }

            var cluster = authorities[MasterCertificates.ClusterAuthority];
            foreach (var profile in kubeconfigs)
            {
                var client = cluster.Issue(new CertificateProfile(profile.User, profile.Organization, CertificateUsage.Client, []), now, spec.CertificateYears);
                files[profile.File] = KubeconfigText.Of(profile, cluster.Certificate, client);
            }

            return files.ToTar();
        }
        finally
        {
            foreach (var authority in authorities.Values)
            {
                authority.Dispose();
            }
        }
    }
}
