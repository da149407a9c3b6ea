using System.Formats.Tar;
using System.Text.Json;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Infrastructure.Packages;

/// <summary>Collects what an archive holds while it streams by, and judges it at the end.</summary>
internal sealed class PackageLayout
{
    private const string Root = "kube";
    private const string Images = "images/images.tar";
    private const string Containerd = "containerd/cri-containerd-cni-linux.tar.gz";
    private const string OldCni = "conf/calico.yaml";
    private const int MostEntries = 20_000;

    private static readonly string[] Required =
        ["bin/kubeadm", "bin/kubelet", "bin/kubectl", "bin/crictl", "conf/kubelet.service", "conf/10-kubeadm.conf", Containerd, Images, "Metadata"];

    private readonly SortedDictionary<string, long> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _programs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _foreign = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _images = [];
    private PackageMetadata? _metadata;
    private string? _architecture;
    private int _entries;

    public void Add(TarEntry entry)
    {
        if (++_entries > MostEntries)
        {
            throw new PackageProblemException($"it holds more than {MostEntries} files; a package has a few dozen");
        }

        if (entry.EntryType == TarEntryType.GlobalExtendedAttributes)
        {
            return;
        }

        var name = EntryName.Clean(entry.Name);
        if (name.Length == 0)
        {
            return;
        }

        if (name != Root && !name.StartsWith(Root + "/", StringComparison.Ordinal))
        {
            _foreign.Add(name);
            return;
        }

        switch (entry.EntryType)
        {
            case TarEntryType.Directory or TarEntryType.DirectoryList:
                break;
            case TarEntryType.SymbolicLink or TarEntryType.HardLink:
                EntryName.CheckLink(name, entry.LinkName, entry.EntryType == TarEntryType.HardLink);
                _programs.Add(name[(Root.Length + 1)..]);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                AddFile(name[(Math.Min(Root.Length + 1, name.Length))..], entry);
                break;
            default:
                throw new PackageProblemException($"it holds {name}, which is neither file, folder nor link ({entry.EntryType})");
        }
    }

    /// <summary>What the package is, once all entries were added.</summary>
    /// <exception cref="PackageProblemException">Something is missing or does not fit.</exception>
    public PackageManifest Judge()
    {
        if (_files.Count == 0)
        {
            throw new PackageProblemException(
                _foreign.Count > 0 ? $"it has no folder kube/ as an offline package has; it begins with {_foreign.Order(StringComparer.Ordinal).First()}" : "it is empty");
        }

        KubernetesVersion? version = null;
        if (_metadata is { } metadata && !KubernetesVersion.TryParse(metadata.KubernetesVersion, out version))
        {
            throw new PackageProblemException($"kube/Metadata names no Kubernetes version: k8sVersion is \"{metadata.KubernetesVersion}\"");
        }

        if ((!_files.ContainsKey(Containerd) && _files.Keys.Any(f => f.StartsWith("docker/", StringComparison.Ordinal))) || version?.IsAtLeast(1, 20) == false)
        {
            throw new PackageProblemException($"it installs Kubernetes {version?.ToString() ?? "1.19 or older"} with Docker; the panel needs a package of Kubernetes 1.20 or later with containerd");
        }

        var missing = Required.Where(r => !_programs.Contains(r) && _files.GetValueOrDefault(r) == 0).Select(r => $"{Root}/{r}").ToList();
        IReadOnlyList<string> cni = [.. _files.Keys.Where(IsCniManifest)];
        if (cni.Count == 0)
        {
            cni = [.. _files.Keys.Where(f => f == OldCni)];
        }

        if (cni.Count == 0)
        {
            missing.Add($"{Root}/conf/net/*.yaml (the pod network)");
        }

        if (missing.Count > 0)
        {
            throw new PackageProblemException($"it lacks {string.Join(", ", missing)}");
        }

        if (_images.Count == 0)
        {
            throw new PackageProblemException($"{Root}/{Images} names no images (neither manifest.json nor index.json in it does)");
        }

        var stated = _metadata!.Architecture;
        if (_architecture is not null && !string.IsNullOrEmpty(stated) && stated != _architecture)
        {
            throw new PackageProblemException($"kube/Metadata says it is for {stated}, but kube/bin/kubeadm is a program for {_architecture}");
        }

        return new PackageManifest
        {
            Version = version!,
            Architecture = (string.IsNullOrEmpty(stated) ? _architecture : stated) ?? throw new PackageProblemException("kube/Metadata names no architecture (\"arch\")"),
            CniName = _metadata.CniName ?? "",
            StandIn = _metadata.StandIn,
            CniManifests = cni,
            Binaries = [.. _files.Keys.Where(f => f.StartsWith("bin/", StringComparison.Ordinal)).Select(f => f["bin/".Length..])],
            Images = _images,
            Files = _files.ToDictionary(StringComparer.Ordinal),
        };
    }

    private static bool IsCniManifest(string file) =>
        file.StartsWith("conf/net/", StringComparison.Ordinal) && file.AsSpan("conf/net/".Length).IndexOf('/') < 0
        && (file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".yml", StringComparison.Ordinal));

    private void AddFile(string file, TarEntry entry)
    {
        _files[file] = entry.Length;
        if (entry.DataStream is not { } data)
        {
            return;
        }

        switch (file)
        {
            case "Metadata":
                _metadata = PackageMetadata.Read(data, entry.Length);
                break;
            case "bin/kubeadm":
                var header = new byte[ElfFile.HeaderLength];
                _architecture = ElfFile.Architecture(header.AsSpan(0, data.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)));
                break;
            case Images:
                _images = ReadImages(data);
                break;
        }
    }

    private static IReadOnlyList<string> ReadImages(Stream data)
    {
        try
        {
            return ImageArchive.ReadNames(data);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or JsonException or FormatException)
        {
            throw new PackageProblemException($"{Root}/{Images} is damaged or no tar archive of images ({e.Message})");
        }
    }
}
