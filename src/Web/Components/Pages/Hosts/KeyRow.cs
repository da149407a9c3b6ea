using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Components.Pages.Hosts;

/// <summary>A host on its way from an unknown key to known facts.</summary>
public sealed class KeyRow(Host host)
{
    public Host Host { get; set; } = host;

    public KeyStage Stage { get; set; } = KeyStage.Reading;

    /// <summary>Why approving failed, or null.</summary>
    public string? Problem { get; set; }
}
