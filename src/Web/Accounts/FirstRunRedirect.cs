namespace ClusterPanel.Web.Accounts;

/// <summary>Leads every page to /setup while there is no user, and away from it afterwards.</summary>
internal sealed class FirstRunRedirect(RequestDelegate next, FirstRun firstRun)
{
    private const string Setup = "/setup";

    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        var isSetup = path.Equals(Setup, StringComparison.OrdinalIgnoreCase);
        var isPage = isSetup || (HttpMethods.IsGet(context.Request.Method) && !Path.HasExtension(path) && !path.StartsWithSegments("/healthz") && !path.StartsWithSegments("/_blazor") && !path.StartsWithSegments("/api"));
        if (isPage && await firstRun.IsOpenAsync(context.RequestAborted) != isSetup)
        {
            context.Response.Redirect(isSetup ? "/" : Setup);
            return;
        }

        await next(context);
    }
}
