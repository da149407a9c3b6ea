using System.Security.Cryptography;
using System.Text;
using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Web.Api;

/// <summary>
/// <c>Idempotency-Key</c> on POST: a request that is sent again with the same key, because its answer was lost, is not done again
/// and gets the first answer.
/// </summary>
internal static class Idempotency
{
    private const string Header = "Idempotency-Key";
    private const int LongestKey = 128;

    /// <summary>Looks for the header; after sign-in.</summary>
    public static IApplicationBuilder UseIdempotency(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.Headers.TryGetValue(Header, out var keys) || UserId(context) is not { } user)
        {
            await next(context);
            return;
        }

        if (keys is not [{ Length: > 0 and <= LongestKey } key] || key.Any(c => c is < '!' or > '~'))
        {
            throw new InvalidInputException(Header, $"{Header} must stand there once, with 1 to {LongestKey} printable characters, for example a UUID.");
        }

        // Also before an old answer is given: whoever may not ask any more gets none.
        await NeedsRole.AskAsync(context);
        var requests = context.RequestServices.GetRequiredService<IRepeatedRequests>();
        var hash = await HashAsync(context.Request);
        if (await requests.BeginAsync(user, key, hash, context.RequestAborted) is { } before)
        {
            await RepeatAsync(context.Response, before, hash);
            return;
        }

        await RunAsync(context, next, requests, user, key, hash);
    });

    private static async Task RunAsync(HttpContext context, RequestDelegate next, IRepeatedRequests requests, string user, string key, string hash)
    {
        var original = context.Response.Body;
        using var body = new MemoryStream();
        context.Response.Body = body;
        var connection = context.RequestAborted;

        // What has begun comes to its end and is remembered, whoever hangs up: the request that is sent again finds the answer.
        context.RequestAborted = CancellationToken.None;
        try
        {
            await next(context);
        }
        catch (Exception e) when (e is InvalidInputException or ConflictException or AccessDeniedException or RefusedException or BadHttpRequestException)
        {
            // Refused: nothing was done. After any other failure it is not known what was, and the key stays taken.
            await requests.ForgetAsync(user, key, CancellationToken.None);
            throw;
        }
        finally
        {
            context.Response.Body = original;
            context.RequestAborted = connection;
        }

        var answer = new RepeatedRequest(hash, context.Response.StatusCode, context.Response.ContentType, context.Response.Headers.Location, body.ToArray());
        await (answer.Status < StatusCodes.Status400BadRequest ? requests.EndAsync(user, key, answer, CancellationToken.None) : requests.ForgetAsync(user, key, CancellationToken.None));
        await original.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static async Task RepeatAsync(HttpResponse response, RepeatedRequest before, string hash)
    {
        if (before.RequestHash != hash)
        {
            throw new InvalidInputException(Header, "This key was used for another request: take a new one.");
        }

        if (before.Status is not { } status)
        {
            throw new ConflictException("The request with this key is being worked on, or the panel stopped while it was: look what was done, then take a new key.");
        }

        (response.StatusCode, response.ContentType) = (status, before.ContentType);
        if (before.Location is not null)
        {
            response.Headers.Location = before.Location;
        }

        await response.Body.WriteAsync(before.Body);
    }

    private static async Task<string> HashAsync(HttpRequest request)
    {
        request.EnableBuffering(ApiRoutes.MaximumBody);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes($"{request.Path}{request.QueryString}\n"));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer)) > 0)
        {
            sha.AppendData(buffer, 0, read);
        }

        request.Body.Position = 0;
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static string? UserId(HttpContext context) =>
        context.User.FindFirst(context.RequestServices.GetRequiredService<IOptions<IdentityOptions>>().Value.ClaimsIdentity.UserIdClaimType)?.Value;
}
