namespace ClusterPanel.Core.Deployments;

/// <summary>Who this panel is to hosts: fixed when its database was made, the same for all processes that share it.</summary>
/// <param name="Id">Identity of the database.</param>
/// <param name="Process">This process, for people: host name, process id, a random part, and the address the panel is served at. One word that a shell needs no quotes for.</param>
public sealed record PanelIdentity(Guid Id, string Process);
