namespace ClusterPanel.Core.Deployments;

/// <summary>Who this panel is to hosts: fixed when its database was made, the same for all processes that share it.</summary>
/// <param name="Id">Identity of the database.</param>
/// <param name="Process">This process, for people: host name, process id and a random part.</param>
public sealed record PanelIdentity(Guid Id, string Process);
