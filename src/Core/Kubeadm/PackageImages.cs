using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Kubeadm;

/// <summary>What the names of a package's images tell.</summary>
public static class PackageImages
{
    /// <summary>Repository of the control plane's images: kubeadm's own default when the package has that one, else the package's.</summary>
    public static string Repository(PackageManifest package)
    {
        // k8s.gcr.io was frozen in April 2023; kubeadm's default changed with 1.25.
        var preferred = package.Version.IsAtLeast(1, 25) ? "registry.k8s.io" : "k8s.gcr.io";
        var suffix = $"/kube-apiserver:{package.Version}";
        var repositories = package.Images.Where(i => i.EndsWith(suffix, StringComparison.Ordinal)).Select(i => i[..^suffix.Length]).ToList();
        return repositories.Contains(preferred) || repositories.Count == 0 ? preferred : repositories[0];
    }

    /// <summary>The pause image for containerd: of the same repository, the newest tag the package has.</summary>
    public static string Pause(PackageManifest package)
    {
        var repository = Repository(package) + "/pause:";
        return package.Images.Where(i => i.StartsWith(repository, StringComparison.Ordinal))
            .OrderByDescending(i => Version.TryParse(i[repository.Length..], out var v) ? v : new Version(0, 0)).FirstOrDefault()
            ?? package.Images.FirstOrDefault(i => i.Contains("/pause:", StringComparison.Ordinal))
            ?? repository + "3.2";
    }
}
