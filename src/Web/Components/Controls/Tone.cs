namespace ClusterPanel.Web.Components.Controls;

/// <summary>What a colour says. A colour never stands alone: there is an icon of another shape and a word with it.</summary>
public enum Tone
{
    Idle,
    Run,
    Ok,
    Warn,
    Bad,
}
