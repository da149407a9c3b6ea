using ClusterPanel.Core.Access;
using Microsoft.AspNetCore.Mvc;

namespace ClusterPanel.Web.Api;

/// <summary><c>/api/v1</c>: everything the browser can do. Programs show a token; cookies count for nothing here.</summary>
internal static class ApiRoutes
{
    /// <summary>What all paths begin with.</summary>
    public const string Root = "/api/v1";

    /// <summary>The largest body that is read.</summary>
    public const int MaximumBody = 1024 * 1024;

    /// <summary>True for paths that answer programs.</summary>
    public static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    /// <summary>Maps all of it.</summary>
    public static void MapApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup(Root)
            .WithMetadata(new RequestSizeLimitAttribute(MaximumBody))
            .AddEndpointFilter(NeedsRole.AskAsync);
        SetupApi.Map(api);
        HostsApi.Map(api.MapGroup("/hosts").WithTags("Hosts"));
        CredentialsApi.Map(api.MapGroup("/credentials").WithTags("Credentials"));
        PackagesApi.Map(api.MapGroup("/packages").WithTags("Packages"));
        ClustersApi.Map(api.MapGroup("/clusters").WithTags("Clusters"));
        NodesApi.Map(api.MapGroup("/clusters/{id:guid}").WithTags("Nodes"));
        DeploymentsApi.Map(api.MapGroup("/deployments").WithTags("Deployments"));
        AccountsApi.Map(api.MapGroup("/accounts").WithTags("Accounts").WithMetadata(new NeedsRole(Role.Administrator)));
        TokensApi.Map(api.MapGroup("/tokens").WithTags("Tokens"));
        AuditApi.Map(api.MapGroup("/audit").WithTags("Audit log").WithMetadata(new NeedsRole(Role.Administrator)));
    }
}
