using ClusterPanel.Web.Accounts;
using ClusterPanel.Web.Components;
using ClusterPanel.Web.Endpoints;
using ClusterPanel.Web.Feeds;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using MudBlazor;
using MudBlazor.Services;

namespace ClusterPanel.Web.Hosting;

/// <summary>The web half of the panel: services, sign-in, the way of a request. Stores and sessions come from whoever composes it.</summary>
internal static class PanelWeb
{
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
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
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
            o.ExpireTimeSpan = TimeSpan.FromHours(12);
            o.SlidingExpiration = true;
        });
        services.AddAntiforgery(o => o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddHealthChecks();
        return services;
    }

    /// <summary>The way of a request, and the addresses there are.</summary>
    public static WebApplication UsePanelWeb(this WebApplication app)
    {
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseSecurityHeaders();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseMiddleware<FirstRunRedirect>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();

        app.MapStaticAssets().AllowAnonymous();
        app.MapHealthChecks("/healthz").AllowAnonymous();
        app.MapGet("/error", () => Results.Text("Something went wrong in the panel; the details are in its log. Deployments are not touched by it.", statusCode: 500)).AllowAnonymous();
        app.MapLogDownload();
        app.MapKubeconfigDownload();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
