using System.Security.Cryptography.X509Certificates;
using ClusterPanel.Infrastructure.Secrets;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

public sealed class ServingCertificateTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("clusterpanel-certificate-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Value_AtTheFirstStart_IsMadeAndKept()
    {
        using var first = At(DateTimeOffset.UtcNow);
        using var second = At(DateTimeOffset.UtcNow);

        Assert.True(first.Value.HasPrivateKey);
        Assert.Equal(ServingCertificate.Fingerprint(first.Value), ServingCertificate.Fingerprint(second.Value));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(first.FilePath) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Contains("localhost", first.Value.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
        Assert.Contains(System.Net.IPAddress.Loopback, first.Value.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateIPAddresses());
    }

    [Theory]
    [InlineData(700, true)]
    [InlineData(760, false)]
    [InlineData(900, false)]
    public void Value_BeforeItsEnd_IsMadeAnew(int days, bool kept)
    {
        using var first = At(DateTimeOffset.UtcNow);
        var before = ServingCertificate.Fingerprint(first.Value);
        using var later = At(DateTimeOffset.UtcNow.AddDays(days));

        Assert.Equal(kept, ServingCertificate.Fingerprint(later.Value) == before);
    }

    [Fact]
    public void Value_FileIsDamaged_IsRefusedWithWhatToDo()
    {
        using var certificate = At(DateTimeOffset.UtcNow);
        File.WriteAllText(certificate.FilePath, "nothing");

        var e = Assert.Throws<StartRefusedException>(() => certificate.Value);

        Assert.Contains("remove the file", e.Message, StringComparison.Ordinal);
    }

    private ServingCertificate At(DateTimeOffset now) => new(Options.Create(new PanelOptions { DataDirectory = _directory }), new FixedTime(now));

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
