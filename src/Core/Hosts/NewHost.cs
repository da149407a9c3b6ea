namespace ClusterPanel.Core.Hosts;

/// <summary>A host as an operator enters it.</summary>
/// <param name="Name">Name in the inventory.</param>
/// <param name="Address">IP address or DNS name.</param>
/// <param name="Port">SSH port.</param>
/// <param name="User">Login, or null for the credential's.</param>
public sealed record NewHost(string Name, string Address, int Port = 22, string? User = null);
