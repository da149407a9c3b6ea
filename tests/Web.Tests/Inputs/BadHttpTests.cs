using System.Net.Sockets;
using System.Text;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>What is hardly HTTP: written to the socket as it is, because no client would send it.</summary>
public sealed class BadHttpTests(SeededPanel panel) : IClassFixture<SeededPanel>
{
    private const string Body = """{"name":"ops","user":"root","kind":"Password","password":"x"}""";

    private static readonly Dictionary<string, string> Table = new()
    {
        ["a NUL in the path"] = "GET /api/v1/accounts/%00 HTTP/1.1\r\n{head}\r\n\r\n",
        ["a raw NUL in the path"] = "GET /api/v1/hosts/\0 HTTP/1.1\r\n{head}\r\n\r\n",
        ["a raw byte beyond ASCII in the path"] = "GET /api/v1/hosts/\u00ff HTTP/1.1\r\n{head}\r\n\r\n",
        ["no version"] = "GET /api/v1/hosts\r\n{head}\r\n\r\n",
        ["a line of 20,000 letters"] = $"GET /api/v1/hosts?x={Nasty.Long(20_000)} HTTP/1.1\r\n{{head}}\r\n\r\n",
        ["a header of 40,000 letters"] = $"GET /api/v1/hosts HTTP/1.1\r\n{{head}}\r\nX: {Nasty.Long(40_000)}\r\n\r\n",
        ["200 headers"] = $"GET /api/v1/hosts HTTP/1.1\r\n{{head}}\r\n{string.Concat(Enumerable.Range(0, 200).Select(i => $"X{i}: 1\r\n"))}\r\n",
        ["a NUL in a header"] = "GET /api/v1/hosts HTTP/1.1\r\n{head}\r\nX: a\0b\r\n\r\n",
        ["a header without a name"] = "GET /api/v1/hosts HTTP/1.1\r\n{head}\r\n: x\r\n\r\n",
        ["a folded header"] = "GET /api/v1/hosts HTTP/1.1\r\n{head}\r\nX: a\r\n b\r\n\r\n",
        ["no host"] = "GET /api/v1/hosts HTTP/1.1\r\nConnection: close\r\n\r\n",
        ["a host that is none"] = "GET /api/v1/hosts HTTP/1.1\r\nHost: a/../b\r\nConnection: close\r\n\r\n",
        ["a negative length"] = "POST /api/v1/credentials HTTP/1.1\r\n{head}\r\nContent-Length: -1\r\n\r\n" + Body,
        ["a length that is no number"] = "POST /api/v1/credentials HTTP/1.1\r\n{head}\r\nContent-Length: x\r\n\r\n" + Body,
        ["two lengths"] = $"POST /api/v1/credentials HTTP/1.1\r\n{{head}}\r\nContent-Length: {Body.Length}\r\nContent-Length: 3\r\n\r\n{Body}",
        ["no length"] = "POST /api/v1/credentials HTTP/1.1\r\n{head}\r\n\r\n" + Body,
        ["chunks that are none"] = "POST /api/v1/credentials HTTP/1.1\r\n{head}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + Body,
        ["a body of 40 MB"] = "POST /api/v1/credentials HTTP/1.1\r\n{head}\r\nContent-Length: 40000000\r\n\r\n",
        ["a form of 40 MB"] = "POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 40000000\r\n\r\n",
        ["an encoding that is none"] = "POST /api/v1/credentials HTTP/1.1\r\n{head}\r\nTransfer-Encoding: nonsense\r\n\r\n" + Body,
    };

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Connection_HardlyHttp_IsRefused(string name)
    {
        var before = await panel.StateAsync(Stop);

        var answer = await SendAsync(Table[name]);

        Assert.Matches("^HTTP/1.1 4[0-9][0-9] ", answer);
        Assert.DoesNotContain("Exception", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", answer, StringComparison.Ordinal);
        Assert.Equal(before, await panel.StateAsync(Stop));
    }

    [Fact]
    public async Task Connection_Http_IsAnswered() => Assert.StartsWith("HTTP/1.1 200 ", await SendAsync("GET /api/v1/hosts HTTP/1.1\r\n{head}\r\n\r\n"), StringComparison.Ordinal);

    // The beginning of the answer: the server may hang up after it.
    private async Task<string> SendAsync(string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(panel.Root.Host, panel.Root.Port, Stop);
        var stream = client.GetStream();
        var head = $"Host: {panel.Root.Authority}\r\nAuthorization: Bearer {panel.Token}\r\nContent-Type: application/json\r\nConnection: close";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text.Replace("{head}", head, StringComparison.Ordinal)), Stop);
        var buffer = new byte[4096];
        return Encoding.Latin1.GetString(buffer, 0, await stream.ReadAtLeastAsync(buffer, 12, throwOnEndOfStream: false, Stop));
    }
}
