using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ClusterPanel.Core.Clusters;

/// <summary>Asks a DNS server for an address over TCP (RFC 1035 §4.2.2, RFC 7766), which travels through an SSH forward.</summary>
public static class ClusterDns
{
    /// <summary>Addresses a name has according to the server on a loopback port; empty when it has none.</summary>
    /// <exception cref="IOException">The server did not answer, or answered nonsense.</exception>
    public static async Task<IReadOnlyList<string>> LookUpAsync(int localPort, string name, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, localPort, limit.Token);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Question(name), limit.Token);
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, limit.Token);
            var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(answer, limit.Token);
            return Addresses(answer);
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException or IndexOutOfRangeException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IOException("cluster DNS does not answer", e);
        }
    }

    internal static byte[] Question(string name)
    {
        var body = new List<byte> { 0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            body.Add((byte)label.Length);
            body.AddRange(Encoding.ASCII.GetBytes(label));
        }

        body.AddRange([0, 0, 1, 0, 1]);
        return [(byte)(body.Count >> 8), (byte)body.Count, .. body];
    }

    internal static IReadOnlyList<string> Addresses(byte[] answer)
    {
        var found = new List<string>();
        var answers = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6));
        var at = SkipName(answer, 12) + 4;
        for (var i = 0; i < answers; i++)
        {
            at = SkipName(answer, at);
            var type = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at));
            var length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at + 8));
            if (type == 1 && length == 4)
            {
                found.Add(new IPAddress(answer.AsSpan(at + 10, 4)).ToString());
            }

            at += 10 + length;
        }

        return found;
    }

    // A name ends with a zero label or with a pointer, two bytes that begin with 11 (RFC 1035 §4.1.4).
    private static int SkipName(byte[] message, int at)
    {
        while (message[at] != 0)
        {
            if (message[at] >= 0xC0)
            {
                return at + 2;
            }

            at += message[at] + 1;
        }

        return at + 1;
    }
}
