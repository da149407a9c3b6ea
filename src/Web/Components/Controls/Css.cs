namespace ClusterPanel.Web.Components.Controls;

/// <summary>Class names in <c>wwwroot/app.css</c>.</summary>
internal static class Css
{
    public static string Of(Tone tone) => tone switch
    {
        Tone.Idle => "idle",
        Tone.Run => "run",
        Tone.Ok => "ok",
        Tone.Warn => "warn",
        Tone.Bad => "bad",
        _ => throw new ArgumentOutOfRangeException(nameof(tone)),
    };
}
