using ClusterPanel.Core.Access;

namespace ClusterPanel.Web.Api;

/// <summary>
/// The role an endpoint needs at least, asked for before its body is looked at, so that nobody learns from errors what they may not see. The
/// services ask again.
/// </summary>
/// <param name="role">The role.</param>
internal sealed class NeedsRole(Role role)
{
    /// <summary>The role; without this metadata reading needs <see cref="Role.Viewer"/> and everything else <see cref="Role.Operator"/>.</summary>
    public Role Role => role;

    /// <summary>The filter that asks.</summary>
    public static async ValueTask<object?> AskAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        await AskAsync(context.HttpContext);
        return await next(context);
    }

    /// <summary>Asks for what the request's endpoint needs.</summary>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public static async Task AskAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is null)
        {
            var needed = http.GetEndpoint()?.Metadata.GetMetadata<NeedsRole>()?.Role ?? (HttpMethods.IsGet(http.Request.Method) ? Role.Viewer : Role.Operator);
            await http.RequestServices.GetRequiredService<IAccess>().RequireAsync(needed, http.RequestAborted);
        }
    }
}
