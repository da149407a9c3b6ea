using System.Net;
using System.Net.Sockets;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

[Collection(SshTests.Name)]
public sealed class SshForwardTests(SshLab lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Forward_Port_CarriesBothWaysUntilDisposed()
    {
        lab.Require();
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);
        int port;
        await using (var forward = await session.ForwardAsync("127.0.0.1", ((IPEndPoint)target.LocalEndpoint).Port, Token))
        {
            port = forward.LocalPort;
            using var near = new TcpClient();
            await near.ConnectAsync(IPAddress.Loopback, port, Token);
            using var far = await target.AcceptTcpClientAsync(Token);
            await near.GetStream().WriteAsync("there"u8.ToArray(), Token);
            await far.GetStream().WriteAsync("back"u8.ToArray(), Token);
            var buffer = new byte[5];
            await far.GetStream().ReadExactlyAsync(buffer, Token);
            Assert.Equal("there"u8.ToArray(), buffer);
            await near.GetStream().ReadExactlyAsync(buffer.AsMemory(0, 4), Token);
            Assert.Equal("back"u8.ToArray(), buffer[..4]);
        }

        await RefusedAsync(port);
        Assert.True((await session.RunAsync(SshLab.Script("true"), Token)).Succeeded);
    }

    [Fact]
    public async Task Forward_NobodyListensThere_ClosesTheConnection()
    {
        lab.Require();
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        var port = ((IPEndPoint)target.LocalEndpoint).Port;
        target.Stop();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);
        await using var forward = await session.ForwardAsync("127.0.0.1", port, Token);
        using var near = new TcpClient();
        await near.ConnectAsync(IPAddress.Loopback, forward.LocalPort, Token);

        var read = 0;
        try
        {
            read = await near.GetStream().ReadAsync(new byte[1], Token);
        }
        catch (IOException)
        {
            // A reset says the same as an end.
        }

        Assert.Equal(0, read);
    }

    // Closing is asynchronous: ask until it is refused. Who comes while the listener closes is hung up on.
    private static async Task RefusedAsync(int port)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, Token);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
            }

            await Task.Delay(10, Token);
        }
    }
}
