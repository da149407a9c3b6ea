namespace ClusterPanel.Web.Components.Controls;

/// <summary>One step on the way to a page.</summary>
public sealed record Crumb(string Text, string Href);
