using System.Globalization;

namespace ClusterPanel.Core.Deployments;

/// <summary>Which lines of a deployment's log to read.</summary>
/// <param name="After">Only lines with a higher sequence number.</param>
/// <param name="Take">How many at most.</param>
public sealed record LogQuery(long After, int Take)
{
    /// <summary>Most lines that one question gets.</summary>
    public const int MostLines = 5000;

    private const int LongestText = 200;

    /// <summary>Only lines of this host (inventory name), or null for all.</summary>
    public string? Host { get; init; }

    /// <summary>Only lines of this stage, or null for all.</summary>
    public string? Stage { get; init; }

    /// <summary>Only lines that contain this text, ignoring case, or null.</summary>
    public string? Search { get; init; }

    /// <summary>Every wrong part of it.</summary>
    public IReadOnlyList<FieldError> Check()
    {
        var errors = new List<FieldError>();
        if (After < 0)
        {
            errors.Add(new("after", "Send the number of a line: those after it are answered. The first one has the number 1."));
        }

        if (Take is < 1 or > MostLines)
        {
            errors.Add(new("take", string.Create(CultureInfo.InvariantCulture, $"1 to {MostLines} lines can be asked for at once.")));
        }

        foreach (var (field, text) in new[] { ("host", Host), ("stage", Stage), ("search", Search) })
        {
            if (text is not null && (text.Length > LongestText || !InputText.IsPlain(text)))
            {
                errors.Add(new(field, string.Create(CultureInfo.InvariantCulture, $"Ask for at most {LongestText} characters, without control characters.")));
            }
        }

        return errors;
    }
}
