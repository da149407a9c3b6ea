using ClusterPanel.Core;

namespace ClusterPanel.Web.Components.Controls;

/// <summary>What is wrong in a form: at its fields, and as a whole.</summary>
public sealed class FieldErrors
{
    private readonly List<FieldError> _errors = [];

    /// <summary>What is wrong with the form as a whole, or null.</summary>
    public string? General { get; private set; }

    public bool Any => _errors.Count > 0 || General is not null;

    /// <summary>What is wrong with a field, or null.</summary>
    public string? this[string field] =>
        string.Join(" ", _errors.Where(e => e.Field == field).Select(e => e.Message)) is { Length: > 0 } text ? text : null;

    public void Clear()
    {
        _errors.Clear();
        General = null;
    }

    /// <summary>Takes over the errors of fields; with <paramref name="known"/> given, other fields' errors go to <see cref="General"/>.</summary>
    public void Set(IEnumerable<FieldError> errors, params string[] known)
    {
        Clear();
        _errors.AddRange(errors);
        var others = known.Length == 0 ? [] : _errors.Where(e => !known.Contains(e.Field)).Select(e => e.Message).ToList();
        General = others.Count > 0 ? string.Join(" ", others) : null;
    }

    /// <summary>A conflict or another failure of the whole form.</summary>
    public void SetGeneral(string message)
    {
        Clear();
        General = message;
    }
}
