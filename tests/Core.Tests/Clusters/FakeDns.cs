using System.Net;
using System.Net.Sockets;

namespace ClusterPanel.Core.Tests.Clusters;

/// <summary>A DNS server over TCP on loopback that gives every name the same address.</summary>
internal sealed class FakeDns : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;
    private volatile bool _stopped;

    public FakeDns(string answer)
    {
        Answer = answer;
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>The address given; null closes the connection without an answer.</summary>
    public string? Answer { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>A DNS message with one question and its answers, the owner name as a pointer.</summary>
    public static byte[] Message(ReadOnlySpan<byte> question, params string[] addresses)
    {
        var message = new List<byte> { 0x12, 0x34, 0x81, 0x80, 0, 1, 0, (byte)addresses.Length, 0, 0, 0, 0 };
        message.AddRange(question);
        foreach (var address in addresses)
        {
            message.AddRange([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, .. IPAddress.Parse(address).GetAddressBytes()]);
        }

        return [.. message];
    }

    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (!_stopped)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length);
                var query = new byte[(length[0] << 8) | length[1]];
                await stream.ReadExactlyAsync(query);
                if (Answer is { } answer)
                {
                    var message = Message(query.AsSpan(12), answer);
                    await stream.WriteAsync((byte[])[(byte)(message.Length >> 8), (byte)message.Length, .. message]);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // Stopped.
        }
    }
}
