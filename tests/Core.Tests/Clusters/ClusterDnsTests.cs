using System.Text;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Tests.Clusters;

public sealed class ClusterDnsTests
{
    private static readonly byte[] Question = [1, (byte)'a', 0, 0, 1, 0, 1];

    [Fact]
    public void Question_Name_IsAnAQuestionWithItsLengthBefore()
    {
        var question = ClusterDns.Question("kubernetes.default.svc.cluster.local.");

        Assert.Equal(question.Length - 2, (question[0] << 8) | question[1]);
        Assert.Equal([0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0], question[2..14]);
        Assert.Equal("\nkubernetes\adefault\u0003svc\acluster\u0005local\0\0\u0001\0\u0001", Encoding.ASCII.GetString(question[14..]));
    }

    [Fact]
    public void Addresses_TwoAnswers_AreBothRead() =>
        Assert.Equal(["10.96.0.1", "10.0.0.7"], ClusterDns.Addresses(FakeDns.Message(Question, "10.96.0.1", "10.0.0.7")));

    [Fact]
    public void Addresses_NoAnswer_IsEmpty() => Assert.Empty(ClusterDns.Addresses(FakeDns.Message(Question)));

    [Fact]
    public void Addresses_AliasBefore_IsPassedOver()
    {
        // A CNAME with a full owner name, then the address it leads to.
        byte[] message =
        [
            0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, .. Question,
            1, (byte)'a', 0, 0, 5, 0, 1, 0, 0, 0, 5, 0, 3, 1, (byte)'b', 0,
            1, (byte)'b', 0, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 10, 96, 0, 1,
        ];

        Assert.Equal(["10.96.0.1"], ClusterDns.Addresses(message));
    }

    [Fact]
    public async Task LookUpAsync_ServerAnswers_ReturnsTheAddress()
    {
        await using var dns = new FakeDns("10.96.0.1");

        Assert.Equal(["10.96.0.1"], await ClusterDns.LookUpAsync(dns.Port, "kubernetes.default.svc.cluster.local", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task LookUpAsync_ServerHangsUp_IsAnIOException()
    {
        await using var dns = new FakeDns("10.96.0.1") { Answer = null };

        await Assert.ThrowsAnyAsync<IOException>(() => ClusterDns.LookUpAsync(dns.Port, "a", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task LookUpAsync_NobodyListens_IsAnIOException()
    {
        int port;
        await using (var dns = new FakeDns("10.96.0.1"))
        {
            port = dns.Port;
        }

        await Assert.ThrowsAsync<IOException>(() => ClusterDns.LookUpAsync(port, "a", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 200 })]
    [InlineData(new byte[] { 0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0xC0 })]
    public void Addresses_Nonsense_IsARangeErrorThatLookUpTranslates(byte[] message)
    {
        var e = Assert.ThrowsAny<Exception>(() => ClusterDns.Addresses(message));

        Assert.True(e is ArgumentOutOfRangeException or IndexOutOfRangeException, e.GetType().Name);
    }
}
