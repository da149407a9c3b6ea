namespace ClusterPanel.Core.Access;

/// <summary>Somebody who may sign in.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Name">The name they sign in with.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Blocked">True when an administrator does not let them in.</param>
/// <param name="TwoFactor">True when they sign in with a second factor.</param>
public sealed record UserAccount(string Id, string Name, Role Role, bool Blocked, bool TwoFactor);
