using System.Text.Json;
using System.Text.RegularExpressions;
using ClusterPanel.Core;
using Microsoft.Net.Http.Headers;

namespace ClusterPanel.Web.Api;

/// <summary>
/// What is said of a request that could not be read. The framework's own words name types of this program, and repeat what was
/// sent; here stand the field and what is wrong with it.
/// </summary>
internal static partial class UnreadableRequest
{
    private const string Body = "body";

    /// <summary>True when the body is said to be in another encoding than JSON has.</summary>
    public static bool HasOtherEncoding(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Charset is { HasValue: true } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    /// <summary>The field that could not be read, or null when it is the request as a whole (too large, no JSON).</summary>
    public static FieldError? Field(BadHttpRequestException e) => e switch
    {
        { InnerException: JsonException json } => new(FieldOf(json.Path), SentenceOf(json)),
        { StatusCode: StatusCodes.Status400BadRequest } when ParameterPattern().Match(e.Message) is { Success: true } parameter => parameter.Groups[1].Value is Body
            ? new(Body, "Send a JSON object.")
            : new(parameter.Groups[1].Value, "The value cannot be read: it is of another type, or out of range."),
        _ => null,
    };

    // "$.masters[0]" as "masters". What can be no field's name is not repeated.
    private static string FieldOf(string? path) => FieldPattern().Match(path ?? "") is { Success: true } field ? field.Groups[1].Value : Body;

    private static string SentenceOf(JsonException e) => e.Message switch
    {
        var m when m.Contains("could not be mapped to any", StringComparison.Ordinal) => "There is no such field here.",
        var m when m.StartsWith("Duplicate property", StringComparison.Ordinal) => "The field stands there twice.",
        var m when m.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) => "The value is of another type, or none of those there are.",
        _ => $"This is not valid JSON, in UTF-8 and at most 64 levels deep: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.",
    };

    [GeneratedRegex(@"^\$\.([A-Za-z0-9_$-]{1,64})(?:[.\[]|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex FieldPattern();

    // As minimal APIs tell of a parameter: Failed to bind parameter "Nullable<int> take" from "x".
    [GeneratedRegex("^(?:Failed to bind|Required|Implicit body inferred for) parameter \"(?:[^\"]* )?(\\w+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterPattern();
}
