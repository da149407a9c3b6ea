using System.Text.Json.Serialization;
using ClusterPanel.Core.Access;
using ClusterPanel.Web.Accounts;
using ClusterPanel.Web.Api;
using ClusterPanel.Web.Components;
using ClusterPanel.Web.Endpoints;
using ClusterPanel.Web.Feeds;
using ClusterPanel.Web.Hubs;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR;
using MudBlazor;
using MudBlazor.Services;

namespace ClusterPanel.Web.Hosting;

/// <summary>The web half of the panel: services, sign-in, the way of a request. Stores and sessions come from whoever composes it.</summary>
internal static class PanelWeb
{
    // Programs show tokens, browsers cookies: the path tells which is looked at.
    private const string Schemes = "clusterpanel";

    /// <summary>Adds everything but what Core's interfaces need, and Identity's stores.</summary>
    public static IServiceCollection AddPanelWeb<TUser>(this IServiceCollection services)
        where TUser : class
    {
        services.AddSingleton<DeploymentFeed>();

        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            options.SnackbarConfiguration.VisibleStateDuration = 5000;
            options.SnackbarConfiguration.HideTransitionDuration = 150;
            options.SnackbarConfiguration.ShowTransitionDuration = 150;
        });

        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddScoped<Asker>();
        services.AddScoped<IAccess, CurrentAccess>();
        services.AddSignalR().AddHubOptions<DeploymentHub>(o => o.AddFilter<KnownCaller>()).AddJsonProtocol(o => o.PayloadSerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        services.AddAuthentication(Schemes)
            .AddPolicyScheme(Schemes, null, o => o.ForwardDefaultSelector = c => TokenAuthentication.IsAsked(c) ? TokenAuthentication.SchemeName : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null)
            .AddIdentityCookies();
        services.AddScoped<IAccounts, IdentityAccounts<TUser>>();
        services.AddScoped<AuthenticationStateProvider, RevalidatedUser<TUser>>();
        services.ConfigureApplicationCookie(o =>
        {
            o.Cookie.Name = "clusterpanel";
            o.Cookie.HttpOnly = true;
            // Lax: a link to a deployment from elsewhere opens it; nothing is changed by GET, and every POST carries an anti-forgery token.
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.LoginPath = "/login";
            o.LogoutPath = "/logout";
            o.AccessDeniedPath = "/login";
            o.ReturnUrlParameter = "returnUrl";
            // The page itself goes on, and only to its own site; the handler would write an address with letters like ä into a header, which fails.
            o.Events.OnRedirectToReturnUrl = _ => Task.CompletedTask;
            o.ExpireTimeSpan = TimeSpan.FromHours(12);
            o.SlidingExpiration = true;
        });
        services.AddAntiforgery(o => o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddOpenApi("v1", o =>
        {
            o.ShouldInclude = d => d.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
            o.AddSchemaTransformer(EnumNames.DescribeAsync);
        });
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.Converters.Add(new EnumNames());
            o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            o.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            o.SerializerOptions.AllowDuplicateProperties = false;
        });
        return services;
    }

    /// <summary>The way of a request, and the addresses there are.</summary>
    public static WebApplication UsePanelWeb(this WebApplication app)
    {
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        TrustedProxies.Read(app.Configuration).Use(app);
        app.UseSecurityHeaders();
        app.UseSameOrigin();
        app.UseWhen(c => !ApiRoutes.IsApi(c) && !TokenAuthentication.IsHub(c), pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true).UseRefusedForms());
        app.UseWhen(ApiRoutes.IsApi, api => api.UseApiProblems());
        app.UseMiddleware<FirstRunRedirect>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseWhen(ApiRoutes.IsApi, api => api.UseIdempotency());

        app.MapStaticAssets().AllowAnonymous();
        app.MapHealthChecks("/healthz").AllowAnonymous();
        // A form that fails is executed here once more, by POST.
        app.MapMethods("/error", [HttpMethods.Get, HttpMethods.Post], () => Results.Text("Something went wrong in the panel; the details are in its log. Deployments are not touched by it.", statusCode: 500)).AllowAnonymous();
        app.MapApi();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapHub<DeploymentHub>(TokenAuthentication.HubPath);
        app.MapLogDownload();
        app.MapAuditDownload();
        app.MapKubeconfigDownload();
        app.MapOpenIdConnectSignIn();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
