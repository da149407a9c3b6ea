namespace ClusterPanel.Core.Access;

/// <summary>Somebody as an identity provider knows them.</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">Who they are there, for ever; a name may be given to somebody else.</param>
/// <param name="Name">The name they go by, or null when the provider tells none.</param>
public sealed record ExternalIdentity(string Issuer, string Subject, string? Name);
