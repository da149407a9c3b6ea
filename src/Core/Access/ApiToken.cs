namespace ClusterPanel.Core.Access;

/// <summary>A token that a program shows instead of a password. The panel keeps only its hash.</summary>
public sealed class ApiToken
{
    /// <summary>Identity.</summary>
    public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>The account it belongs to.</summary>
    public required string UserId { get; init; }

    /// <summary>Name of that account; filled in where tokens are listed.</summary>
    public string Owner { get; set; } = "";

    /// <summary>What it is for; unique among its owner's.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do at most; never more than its owner at that moment.</summary>
    public required Role Role { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>SHA-256 of the token, in hexadecimal: 256 random bits need no slow hash.</summary>
    public required string Hash { get; init; }
}
