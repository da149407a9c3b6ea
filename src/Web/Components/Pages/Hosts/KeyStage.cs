namespace ClusterPanel.Web.Components.Pages.Hosts;

public enum KeyStage
{
    /// <summary>The key is being read.</summary>
    Reading,

    /// <summary>Nothing answered.</summary>
    NoKey,

    /// <summary>Waits for the operator.</summary>
    Ready,

    /// <summary>Approved; facts are being read.</summary>
    Probing,

    /// <summary>Facts are known.</summary>
    Done,

    /// <summary>Approved, but logging in or reading facts failed.</summary>
    Failed,
}
