namespace ClusterPanel.Core;

/// <summary>What an operator entered is wrong. Names every field that is, and what to do about it.</summary>
public sealed class InvalidInputException : Exception
{
    /// <summary>Makes it.</summary>
    /// <param name="errors">At least one.</param>
    public InvalidInputException(IReadOnlyList<FieldError> errors) : base(string.Join(" ", errors.Select(e => e.Message))) => Errors = errors;

    /// <summary>Makes it for one field.</summary>
    public InvalidInputException(string field, string message) : this([new FieldError(field, message)])
    {
    }

    /// <summary>The fields and what is wrong with them.</summary>
    public IReadOnlyList<FieldError> Errors { get; }

    /// <summary>Throws when there is an error.</summary>
    public static void ThrowIfAny(IReadOnlyList<FieldError> errors)
    {
        if (errors.Count > 0)
        {
            throw new InvalidInputException(errors);
        }
    }
}
