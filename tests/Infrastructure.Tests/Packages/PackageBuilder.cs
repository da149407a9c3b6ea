using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace ClusterPanel.Infrastructure.Tests.Packages;

/// <summary>Builds small packages that are right, unless a test makes them wrong.</summary>
internal sealed class PackageBuilder
{
    public const string Metadata = """{"k8sVersion":"v1.20.2","cniVersion":"1.0","cniName":"hostgw","arch":"amd64"}""";

    private readonly Dictionary<string, byte[]> _files = new()
    {
        ["kube/conf/kubelet.service"] = "unit"u8.ToArray(),
        ["kube/conf/10-kubeadm.conf"] = "drop-in"u8.ToArray(),
        ["kube/conf/net/cni.yaml"] = "kind: List"u8.ToArray(),
        ["kube/containerd/cri-containerd-cni-linux.tar.gz"] = new byte[3000],
        ["kube/bin/kubeadm"] = "#!/bin/sh -e\n# a stand-in program\n"u8.ToArray(),
        ["kube/bin/kubelet"] = "#!/bin/sh"u8.ToArray(),
        ["kube/bin/kubectl"] = "#!/bin/sh"u8.ToArray(),
        ["kube/bin/crictl"] = "#!/bin/sh"u8.ToArray(),
        ["kube/images/images.tar"] = DockerArchive(indexFirst: true, "registry.k8s.io/pause:3.2", "k8s.gcr.io/pause:3.2"),
        ["kube/shell/init.sh"] = "true"u8.ToArray(),
        ["kube/Metadata"] = Encoding.UTF8.GetBytes(Metadata),
    };

    private readonly List<TarEntry> _extra = [];

    public PackageBuilder With(string name, byte[] content)
    {
        _files[name] = content;
        return this;
    }

    public PackageBuilder With(string name, string content) => With(name, Encoding.UTF8.GetBytes(content));

    public PackageBuilder Without(string name)
    {
        _files.Remove(name);
        return this;
    }

    public PackageBuilder With(TarEntry entry)
    {
        _extra.Add(entry);
        return this;
    }

    /// <summary>Images as "docker save" packs them, its index at the one or the other end.</summary>
    public static byte[] DockerArchive(bool indexFirst, params string[] tags)
    {
        var index = ("manifest.json", $$"""[{"Config":"c.json","RepoTags":[{{string.Join(',', tags.Select(t => $"\"{t}\""))}}],"Layers":["l.tar"]},{"Config":"d.json","RepoTags":null,"Layers":[]}]""");
        var layer = ("l.tar", new string('x', 5000));
        return Tar(indexFirst ? [index, layer] : [layer, index]);
    }

    public static byte[] Tar(params (string Name, string Content)[] files)
    {
        var result = new MemoryStream();
        using (var tar = new TarWriter(result, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
            }
        }

        return result.ToArray();
    }

    public byte[] Build()
    {
        var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (name, content) in _files)
            {
                tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }

            _extra.ForEach(tar.WriteEntry);
        }

        return result.ToArray();
    }
}
