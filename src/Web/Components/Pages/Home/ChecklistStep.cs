namespace ClusterPanel.Web.Components.Pages.Home;

/// <summary>One thing to do before the first cluster.</summary>
/// <param name="Title">What to do.</param>
/// <param name="Text">What it is for.</param>
/// <param name="Href">Where.</param>
/// <param name="Done">Whether it is done.</param>
/// <param name="State">How far it is.</param>
public sealed record ChecklistStep(string Title, string Text, string Href, bool Done, string State);
