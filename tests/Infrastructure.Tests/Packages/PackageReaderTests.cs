using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Packages;
using ClusterPanel.Infrastructure.Packages;

namespace ClusterPanel.Infrastructure.Tests.Packages;

public sealed class PackageReaderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cp-package-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Archive => Path.Combine(_directory, "kube1.20.2-amd64.tar.gz");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Read_Package_TellsWhatIsInIt()
    {
        var bytes = new PackageBuilder().Build();

        var package = await ReadAsync(bytes);

        Assert.Equal("kube1.20.2-amd64.tar.gz", package.FileName);
        Assert.Equal(Archive, package.Path);
        Assert.Equal(bytes.Length, package.Size);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), package.Sha256);
        var manifest = package.Manifest;
        Assert.Equal(new KubernetesVersion(1, 20, 2), manifest.Version);
        Assert.Equal(("amd64", "hostgw", false), (manifest.Architecture, manifest.CniName, manifest.StandIn));
        Assert.Equal(["conf/net/cni.yaml"], manifest.CniManifests);
        Assert.Equal(["crictl", "kubeadm", "kubectl", "kubelet"], manifest.Binaries);
        Assert.Equal(["k8s.gcr.io/pause:3.2", "registry.k8s.io/pause:3.2"], manifest.Images);
        Assert.Equal(3000, manifest.Files["containerd/cri-containerd-cni-linux.tar.gz"]);
        Assert.Equal(11, manifest.Files.Count);
    }

    [Fact]
    public async Task Read_StandIn_SaysSo()
    {
        var package = await ReadAsync(new PackageBuilder().With("kube/Metadata", PackageBuilder.Metadata.Replace("}", ",\"standIn\":true}", StringComparison.Ordinal)).Build());

        Assert.True(package.Manifest.StandIn);
    }

    [Fact]
    public async Task Read_ManifestOfOursAndLinksInside_AreFine()
    {
        var package = await ReadAsync(new PackageBuilder()
            .With("kube/manifest.json", "{}")
            .Without("kube/bin/crictl")
            .With(new GnuTarEntry(TarEntryType.SymbolicLink, "kube/bin/crictl") { LinkName = "../bin/kubectl" })
            .With(new GnuTarEntry(TarEntryType.Directory, "./kube/empty/"))
            .Build());

        Assert.Equal(11, package.Manifest.Files.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_ImagesWithIndexAtEitherEnd_NamesThem(bool first)
    {
        var package = await ReadAsync(new PackageBuilder().With("kube/images/images.tar", PackageBuilder.DockerArchive(first, "a:1")).Build());

        Assert.Equal(["a:1"], package.Manifest.Images);
    }

    [Fact]
    public async Task Read_OciImages_NamesThem()
    {
        const string Index = """{"schemaVersion":2,"manifests":[{"digest":"sha256:1","annotations":{"io.containerd.image.name":"example.org/library/a:1","org.opencontainers.image.ref.name":"1"}},{"digest":"sha256:2","annotations":{"org.opencontainers.image.ref.name":"b:2"}},{"digest":"sha256:3"}]}""";

        var package = await ReadAsync(new PackageBuilder().With("kube/images/images.tar", PackageBuilder.Tar(("blobs/sha256/1", "{}"), ("./index.json", Index))).Build());

        Assert.Equal(["b:2", "example.org/library/a:1"], package.Manifest.Images);
    }

    [Fact]
    public async Task Read_OldCniPlace_IsFound()
    {
        var package = await ReadAsync(new PackageBuilder().Without("kube/conf/net/cni.yaml").With("kube/conf/calico.yaml", "kind: List").Build());

        Assert.Equal(["conf/calico.yaml"], package.Manifest.CniManifests);
    }

    [Fact]
    public async Task Read_NoArchitectureStated_IsReadFromTheProgram()
    {
        var package = await ReadAsync(new PackageBuilder().With("kube/Metadata", """{"k8sVersion":"1.22.0"}""").With("kube/bin/kubeadm", Elf(0xb7)).Build());

        Assert.Equal("arm64", package.Manifest.Architecture);
    }

    [Fact]
    public async Task Read_ThingsMissing_NamesThemAll()
    {
        var message = await RefusalAsync(new PackageBuilder().Without("kube/bin/kubectl").With("kube/conf/kubelet.service", "").Without("kube/conf/net/cni.yaml").Build());

        Assert.Equal("kube1.20.2-amd64.tar.gz cannot be used as an offline package: it lacks kube/bin/kubectl, kube/conf/kubelet.service, kube/conf/net/*.yaml (the pod network).", message);
    }

    [Theory]
    [InlineData("v1.19.16", false)]
    [InlineData("v1.19.16", true)]
    [InlineData("v1.20.1", false)]
    public async Task Read_DockerPackage_SaysWhatIsNeeded(string version, bool withContainerd)
    {
        var builder = new PackageBuilder().With("kube/docker/docker.tgz", "x").With("kube/Metadata", PackageBuilder.Metadata.Replace("v1.20.2", version, StringComparison.Ordinal));
        if (!withContainerd)
        {
            builder.Without("kube/containerd/cri-containerd-cni-linux.tar.gz");
        }

        var message = await RefusalAsync(builder.Build());

        Assert.EndsWith($"it installs Kubernetes {version} with Docker; the panel needs a package of Kubernetes 1.20 or later with containerd.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json", "not the JSON text")]
    [InlineData("{}", "names no Kubernetes version")]
    [InlineData("""{"k8sVersion":"latest","arch":"amd64"}""", "k8sVersion is \"latest\"")]
    [InlineData("""{"k8sVersion":"v1.20.2"}""", "names no architecture")]
    public async Task Read_WrongMetadata_SaysWhy(string metadata, string expected) =>
        Assert.Contains(expected, await RefusalAsync(new PackageBuilder().With("kube/Metadata", metadata).Build()), StringComparison.Ordinal);

    [Fact]
    public async Task Read_ProgramForAnotherMachine_SaysSo() =>
        Assert.Contains("says it is for amd64, but kube/bin/kubeadm is a program for arm64", await RefusalAsync(new PackageBuilder().With("kube/bin/kubeadm", Elf(0xb7)).Build()), StringComparison.Ordinal);

    [Theory]
    [InlineData("../evil", "\"..\"")]
    [InlineData("kube/../../evil", "\"..\"")]
    [InlineData("/etc/passwd", "absolute path")]
    [InlineData("kube/a\nb", "control characters")]
    public async Task Read_PathOutside_IsRefused(string name, string expected) =>
        Assert.Contains(expected, await RefusalAsync(new PackageBuilder().With(name, "x").Build()), StringComparison.Ordinal);

    [Theory]
    [InlineData("/etc/passwd", TarEntryType.SymbolicLink)]
    [InlineData("../../etc", TarEntryType.SymbolicLink)]
    [InlineData("x/../../../kube", TarEntryType.SymbolicLink)]
    [InlineData("../etc", TarEntryType.HardLink)]
    [InlineData("/etc/passwd", TarEntryType.HardLink)]
    public async Task Read_LinkOutside_IsRefused(string target, TarEntryType type) =>
        Assert.Contains("points outside", await RefusalAsync(new PackageBuilder().With(new GnuTarEntry(type, "kube/bin/link") { LinkName = target }).Build()), StringComparison.Ordinal);

    [Fact]
    public async Task Read_Device_IsRefused() =>
        Assert.Contains("neither file", await RefusalAsync(new PackageBuilder().With(new GnuTarEntry(TarEntryType.CharacterDevice, "kube/null") { DeviceMajor = 1, DeviceMinor = 3 }).Build()), StringComparison.Ordinal);

    [Fact]
    public async Task Read_TooManyFiles_IsRefused()
    {
        var builder = new PackageBuilder();
        for (var i = 0; i < 20_001; i++)
        {
            builder.With($"kube/f{i}", []);
        }

        Assert.Contains("more than 20000 files", await RefusalAsync(builder.Build()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(30)]
    [InlineData(200)]
    public async Task Read_CutOff_SaysSo(int missing)
    {
        var bytes = new PackageBuilder().With("kube/random", RandomNumberGenerator.GetBytes(10_000)).Build();

        var message = await RefusalAsync(bytes[..^missing]);

        Assert.Contains("Copy it again", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_CutInTheMiddle_SaysSo()
    {
        var bytes = new PackageBuilder().With("kube/random", RandomNumberGenerator.GetBytes(100_000)).Build();

        Assert.Contains("Copy it again", await RefusalAsync(bytes[..(bytes.Length / 2)]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OneByteFlipped_SaysSo()
    {
        var bytes = new PackageBuilder().With("kube/random", RandomNumberGenerator.GetBytes(100_000)).Build();
        bytes[bytes.Length / 2] ^= 1;

        Assert.Contains("damaged", await RefusalAsync(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_ImagesNoTar_SaysSo() =>
        Assert.Contains("images/images.tar", await RefusalAsync(new PackageBuilder().With("kube/images/images.tar", new string('x', 2000)).Build()), StringComparison.Ordinal);

    [Fact]
    public async Task Read_ImagesWithoutNames_SaysSo() =>
        Assert.Contains("names no images", await RefusalAsync(new PackageBuilder().With("kube/images/images.tar", PackageBuilder.Tar(("a", "b"))).Build()), StringComparison.Ordinal);

    [Fact]
    public async Task Read_NoGzip_SaysSo() => Assert.Contains("not compressed with gzip", await RefusalAsync(new byte[5000]), StringComparison.Ordinal);

    [Fact]
    public async Task Read_GzipOfSomethingElse_SaysSo()
    {
        var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(RandomNumberGenerator.GetBytes(5000));
        }

        Assert.Contains("cannot be used", await RefusalAsync(result.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OtherArchive_SaysWhatItIs()
    {
        var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(PackageBuilder.Tar(("photos/1.jpg", "x")));
        }

        Assert.Contains("no folder kube/ as an offline package has; it begins with photos/1.jpg", await RefusalAsync(result.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NothingThere_SaysSo()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => Reader().ReadAsync(Archive, Token));

        Assert.Equal([new FieldError("path", $"There is no file {Archive} on the panel's machine.")], e.Errors);
    }

    [Fact]
    public async Task Read_Folder_SaysSo()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => Reader().ReadAsync(_directory, Token));

        Assert.Equal($"{_directory} is a folder. Enter the path of the package itself.", e.Message);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/proc/self/environ")]
    public async Task Read_Device_IsRefusedWithoutAnEnd(string path)
    {
        var direct = await Assert.ThrowsAsync<InvalidInputException>(() => Reader().ReadAsync(path, Token));
        File.CreateSymbolicLink(Archive, path);
        var linked = await Assert.ThrowsAsync<InvalidInputException>(() => Reader().ReadAsync(Archive, Token));

        Assert.All([direct, linked], e => Assert.Contains("it is empty, or a device or a pipe", e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_PipeThatNobodyFills_IsNotWaitedFor()
    {
        using var make = System.Diagnostics.Process.Start("mkfifo", [Archive]);
        await make.WaitForExitAsync(Token);

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => Reader().ReadAsync(Archive, Token).WaitAsync(TimeSpan.FromMinutes(1), Token));

        Assert.Contains("a pipe", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_LinkToNothing_SaysSo()
    {
        File.CreateSymbolicLink(Archive, Path.Combine(_directory, "gone"));

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => Reader().ReadAsync(Archive, Token));

        Assert.Equal($"There is no file {Archive} on the panel's machine.", e.Message);
    }

    [Fact]
    public async Task Read_LinkToAPackage_IsFollowed()
    {
        var file = Path.Combine(_directory, "real");
        await File.WriteAllBytesAsync(file, new PackageBuilder().Build(), Token);
        File.CreateSymbolicLink(Archive, file);

        Assert.Equal(Archive, (await Reader().ReadAsync(Archive, Token)).Path);
    }

    [Fact]
    public async Task Read_BigFile_StaysSmallInMemory()
    {
        await File.WriteAllBytesAsync(Archive, new PackageBuilder().With("kube/big", new byte[300_000_000]).Build(), Token);
        var before = GC.GetTotalAllocatedBytes();

        await Reader().ReadAsync(Archive, Token);

        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 30_000_000);
    }

    private static PackageReader Reader() => new(TimeProvider.System);

    private static byte[] Elf(byte machine)
    {
        var file = new byte[64];
        "\u007fELF\u0002\u0001"u8.CopyTo(file);
        file[18] = machine;
        return file;
    }

    private async Task<OfflinePackage> ReadAsync(byte[] bytes)
    {
        await File.WriteAllBytesAsync(Archive, bytes, Token);
        return await Reader().ReadAsync(Archive, Token);
    }

    private async Task<string> RefusalAsync(byte[] bytes)
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => ReadAsync(bytes));
        Assert.Equal("path", Assert.Single(e.Errors).Field);
        return e.Message;
    }
}
