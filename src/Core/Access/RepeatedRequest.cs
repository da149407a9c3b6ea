namespace ClusterPanel.Core.Access;

/// <summary>A request that was sent with an <c>Idempotency-Key</c> before.</summary>
/// <param name="RequestHash">Hash of what was asked then.</param>
/// <param name="Status">HTTP status of the answer, or null while there is none.</param>
/// <param name="ContentType">Of the answer's body.</param>
/// <param name="Location">Of what was made.</param>
/// <param name="Body">The answer's body.</param>
public sealed record RepeatedRequest(string RequestHash, int? Status, string? ContentType, string? Location, byte[] Body);
