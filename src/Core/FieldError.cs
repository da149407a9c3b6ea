namespace ClusterPanel.Core;

/// <summary>One wrong field.</summary>
/// <param name="Field">Name of the field in camelCase, as the API and the forms name it.</param>
/// <param name="Message">A full sentence: what is wrong and what to do.</param>
public sealed record FieldError(string Field, string Message);
