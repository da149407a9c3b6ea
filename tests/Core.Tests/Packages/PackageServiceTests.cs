using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Packages;

public sealed class PackageServiceTests
{
    private readonly FakePackageStore _store = new();
    private readonly FakePackageReader _reader = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RegisterAsync_FullPath_IsReadAndStored()
    {
        await new PackageService(new FakeAccess(), _store, _reader).RegisterAsync(" /srv/kube.tar.gz ", Stop);

        Assert.Equal(["/srv/kube.tar.gz"], _reader.Read);
        Assert.Single(_store.Packages);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("kube.tar.gz")]
    [InlineData("./kube.tar.gz")]
    public async Task RegisterAsync_NoFullPath_NamesTheField(string path)
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => new PackageService(new FakeAccess(), _store, _reader).RegisterAsync(path, Stop));

        Assert.Equal("path", Assert.Single(e.Errors).Field);
        Assert.Empty(_reader.Read);
    }

    [Fact]
    public void UnpackedSize_OfAllFiles_IsTheirSum() => Assert.Equal(700L * 1048576, Samples.Package().Manifest.UnpackedSize);
}
