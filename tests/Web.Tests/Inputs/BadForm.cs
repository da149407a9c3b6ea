namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>A form that is filled in wrongly.</summary>
/// <param name="Name">What is wrong; unique.</param>
/// <param name="Path">Of the page.</param>
/// <param name="Fields">What is typed.</param>
/// <param name="Says">What the page must say.</param>
internal sealed record BadForm(string Name, string Path, IReadOnlyList<(string Name, string Value)> Fields, string Says)
{
    /// <summary>What a form gets that is not even looked at: one without its token, and one with a NUL, which the server cannot read.</summary>
    public const string NotTaken = "This form was not taken";

    /// <summary>What must be said of a text.</summary>
    public static string SaysOf(string text, string says) => text.Contains('\0') ? NotTaken : says;

    /// <summary>A row per text in one field of a form that is right.</summary>
    public static IEnumerable<BadForm> In(string what, string path, (string Name, string Value)[] right, string field, string says, IEnumerable<(string What, string Text)> texts) =>
        texts.Select(t => new BadForm($"{what}: {t.What}", path, [.. right.Select(f => f.Name == field ? (field, t.Text) : f)], SaysOf(t.Text, says)));
}
