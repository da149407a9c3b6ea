using System.Text.Json;
using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Hosts;
using Microsoft.AspNetCore.Mvc;

namespace ClusterPanel.Web.Api;

/// <summary>Answers of the API that are not what was asked for: problem details (RFC 9457) that name the fields.</summary>
internal static class ApiProblems
{
    // Not the API's own options, which leave < and > as they are: what was entered comes back here.
    private static readonly JsonSerializerOptions Escaping = new(JsonSerializerDefaults.Web);

    /// <summary>Turns what services throw, and empty error answers, into problem details. Only for the API's paths.</summary>
    public static IApplicationBuilder UseApiProblems(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (UnreadableRequest.HasOtherEncoding(context.Request))
        {
            await WriteAsync(context, Plain(StatusCodes.Status415UnsupportedMediaType, "JSON is read as UTF-8 only."));
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && Of(e) is { } problem)
        {
            await WriteAsync(context, problem);
            return;
        }

        var response = context.Response;
        if (!response.HasStarted && response.StatusCode >= StatusCodes.Status400BadRequest && response.ContentType is null)
        {
            await WriteAsync(context, new ProblemDetails { Status = response.StatusCode, Title = Title(response.StatusCode) });
        }
    });

    private static ProblemDetails? Of(Exception e) => e switch
    {
        InvalidInputException wrong => Fields(wrong.Errors),
        AccessDeniedException denied => Plain(denied.Known ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized, denied.Message),
        ConflictException => Plain(StatusCodes.Status409Conflict, e.Message),
        KeyNotFoundException => Plain(StatusCodes.Status404NotFound, e.Message),
        HostException => Plain(StatusCodes.Status503ServiceUnavailable, e.Message),
        BadHttpRequestException bad => UnreadableRequest.Field(bad) is { } field ? Fields([field]) : new ProblemDetails { Status = bad.StatusCode, Title = Title(bad.StatusCode) },
        _ => null,
    };

    private static ProblemDetails Fields(IReadOnlyList<FieldError> errors) => new()
    {
        Status = StatusCodes.Status400BadRequest,
        Title = "A field is wrong.",
        Detail = string.Join(" ", errors.Select(f => f.Message)),
        Extensions = { ["errors"] = errors.GroupBy(f => f.Field).ToDictionary(g => g.Key, g => g.Select(f => f.Message).ToArray()) },
    };

    private static ProblemDetails Plain(int status, string detail) => new() { Status = status, Title = Title(status), Detail = detail };

    private static string Title(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request is wrong.",
        StatusCodes.Status401Unauthorized => "Send a token: Authorization: Bearer cpt_…",
        StatusCodes.Status403Forbidden => "Your role does not allow this.",
        StatusCodes.Status404NotFound => "There is no such thing.",
        StatusCodes.Status405MethodNotAllowed => "This path knows other methods.",
        StatusCodes.Status409Conflict => "It collides with what is there.",
        StatusCodes.Status413PayloadTooLarge => $"The body is too large: at most {ApiRoutes.MaximumBody} bytes are read.",
        StatusCodes.Status415UnsupportedMediaType => "Send JSON: Content-Type: application/json",
        StatusCodes.Status503ServiceUnavailable => "A host does not answer.",
        _ => "The request failed.",
    };

    private static Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        context.Response.StatusCode = problem.Status!.Value;
        return context.Response.WriteAsJsonAsync(problem, Escaping, "application/problem+json", context.RequestAborted);
    }
}
