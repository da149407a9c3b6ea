using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ClusterPanel.Core.Hosts;
using Renci.SshNet;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>Reads host keys and decides which one a host is asked for.</summary>
internal static class HostKeys
{
    /// <summary>The key of a blob as it is on the wire (RFC 4253 §6.6): its type is its first string.</summary>
    public static HostKey Read(byte[] blob)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(blob);
        var algorithm = Encoding.ASCII.GetString(blob, 4, (int)Math.Min(length, blob.Length - 4));
        return new HostKey(algorithm, "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('='));
    }

    /// <summary>
    /// Asks for the pinned key's type first. A host has several keys; without this, an update of either side could make it
    /// show another of them and look like an impostor.
    /// </summary>
    public static void Prefer(ConnectionInfo connection, HostKey? pinned)
    {
        var known = connection.HostKeyAlgorithms;
        foreach (var certificate in known.Keys.Where(k => k.Contains("-cert-", StringComparison.Ordinal)).ToList())
        {
            known.Remove(certificate);
        }

        if (pinned is null)
        {
            return;
        }

        // One RSA key, three ways to sign with it (RFC 8332).
        string[] first = pinned.Algorithm == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [pinned.Algorithm];
        var position = 0;
        foreach (var algorithm in first.Where(known.ContainsKey))
        {
            known.SetPosition(algorithm, position++);
        }
    }
}
