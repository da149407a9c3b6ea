namespace ClusterPanel.Infrastructure.Persistence.Rows;

/// <summary>The secrets of a credential, apart from it so that no list ever loads them.</summary>
internal sealed class CredentialSecretRow
{
    public required Guid CredentialId { get; init; }

    public required byte[] Protected { get; set; }
}
