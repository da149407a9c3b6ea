namespace ClusterPanel.Infrastructure.Persistence.Rows;

/// <summary>A request with an <c>Idempotency-Key</c>, and its answer once there is one.</summary>
internal sealed class RepeatedRequestRow
{
    public required string UserId { get; init; }

    public required string Key { get; init; }

    /// <summary>Encrypted: a hash of a body with a password in it can be guessed at.</summary>
    public required string RequestHash { get; init; }

    public required DateTimeOffset At { get; init; }

    public int? Status { get; set; }

    public string? ContentType { get; set; }

    public string? Location { get; set; }

    /// <summary>Encrypted: an answer may hold what must not be read from a copy of the database.</summary>
    public byte[]? Body { get; set; }
}
