namespace ClusterPanel.Core.Hosts;

/// <summary>A machine we reach by SSH, in the inventory, whether or not it is in a cluster.</summary>
public sealed class Host
{
    /// <summary>Identity of the host in the panel; never reused.</summary>
    public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>The operator's name for it, unique in the inventory. Not necessarily the machine's own host name.</summary>
    public required string Name { get; set; }

    /// <summary>IP address or DNS name the panel connects to.</summary>
    public required string Address { get; set; }

    /// <summary>TCP port of the SSH server.</summary>
    public int Port { get; set; } = 22;

    /// <summary>Login that replaces the credential's, or null.</summary>
    public string? User { get; set; }

    /// <summary>The credential used to log in.</summary>
    public required Guid CredentialId { get; set; }

    /// <summary>The host key the operator approved; null until then, and nothing but reading the key is done before.</summary>
    public HostKey? TrustedKey { get; set; }

    /// <summary>The host key last seen on the wire; shown for approval. Differs from <see cref="TrustedKey"/> when it changed.</summary>
    public HostKey? SeenKey { get; set; }

    /// <summary>What was read from the host last, or null.</summary>
    public HostFacts? Facts { get; set; }

    /// <summary>When <see cref="Facts"/> were read.</summary>
    public DateTimeOffset? FactsAt { get; set; }

    /// <summary>Why the last contact failed, as one sentence, or null when it succeeded.</summary>
    public string? LastError { get; set; }

    /// <summary>Optimistic concurrency: raised by every update.</summary>
    public int Version { get; set; }

    /// <summary>Address and port as an operator writes them: <c>10.0.0.1</c>, <c>10.0.0.1:2222</c>, <c>[fd00::1]:2222</c>.</summary>
    public string Endpoint => Port == 22 ? Address : Address.Contains(':') ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}
