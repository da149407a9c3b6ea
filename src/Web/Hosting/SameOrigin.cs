namespace ClusterPanel.Web.Hosting;

/// <summary>
/// Refuses a page of another site that opens a connection to the panel: browsers send cookies with a WebSocket from anywhere, and
/// the rules that keep other sites from reading answers do not hold for it.
/// </summary>
internal static class SameOrigin
{
    public static IApplicationBuilder UseSameOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        var isSocket = request.Path.StartsWithSegments("/_blazor") || request.Path.StartsWithSegments("/hubs") || context.WebSockets.IsWebSocketRequest;
        if (isSocket && request.Headers.Origin.ToString() is { Length: > 0 } origin && !IsOwn(request, origin))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("This connection was opened by a page of another site.");
        }

        return next(context);
    });

    private static bool IsOwn(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && Uri.TryCreate($"{request.Scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out var here)
        && Uri.Compare(from, here, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
