using ClusterPanel.Core.Access;
using ClusterPanel.Web.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Identity;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ClusterPanel.Web.Hosting;

/// <summary>Sign-in through an identity provider, when the settings name one: code flow with PKCE, checked by ASP.NET Core's own client.</summary>
internal static partial class OpenIdConnectSignIn
{
    /// <summary>Name of the scheme.</summary>
    public const string Scheme = "OpenIdConnect";

    private const string StartPath = "/login/openid-connect";

    /// <summary>Adds the scheme, or nothing when nothing is set. Needs <see cref="PanelWeb.AddPanelWeb{TUser}"/>.</summary>
    /// <exception cref="WrongSettingException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddOpenIdConnectSignIn<TUser>(this IServiceCollection services, IConfiguration configuration)
        where TUser : class
    {
        if (OpenIdConnectSettings.Read(configuration) is { } settings)
        {
            services.AddSingleton(settings);
            services.AddScoped<OpenIdConnectAnswers<TUser>>();
            services.AddAuthentication().AddOpenIdConnect(Scheme, settings.DisplayName, o =>
            {
                Configure(o, settings);
                o.EventsType = typeof(OpenIdConnectAnswers<TUser>);
            });
        }

        return services;
    }

    /// <summary>The address of the button, when there is one.</summary>
    public static void MapOpenIdConnectSignIn(this WebApplication app)
    {
        if (app.Services.GetService<OpenIdConnectSettings>() is not null)
        {
            app.MapGet(StartPath, StartAsync).AllowAnonymous();
        }
    }

    /// <summary>Where the button leads.</summary>
    /// <param name="returnUrl">Where to go when signed in; it is checked there.</param>
    public static string StartAddress(string? returnUrl) => StartPath + new QueryBuilder { { "returnUrl", returnUrl ?? "/" } };

    /// <summary>The login page with the reason why somebody was not let in.</summary>
    /// <param name="outcome">The reason.</param>
    /// <param name="returnUrl">Where they wanted to go.</param>
    public static string RefusedAddress(ExternalSignInOutcome outcome, string? returnUrl) =>
        "/login" + new QueryBuilder { { "refused", outcome.ToString() }, { "returnUrl", LocalPath.Of(returnUrl) } };

    private static void Configure(OpenIdConnectOptions options, OpenIdConnectSettings settings)
    {
        options.Authority = settings.Authority.AbsoluteUri;
        options.RequireHttpsMetadata = settings.Authority.Scheme == Uri.UriSchemeHttps;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        options.SignInScheme = IdentityConstants.ExternalScheme;
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.UsePkce = true;

        // The answer comes as a plain link, so that the cookies of the try need not be sent with other sites' forms.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }

        // Signing out is the panel's own: what the provider would call for it is not there.
        options.RemoteSignOutPath = default;
        options.SignedOutCallbackPath = default;

        // Claims are called as the provider calls them, and none is dropped: any may be the one that the settings name.
        options.MapInboundClaims = false;
        options.ClaimActions.Clear();
        options.DisableTelemetry = true;
    }

    private static async Task StartAsync(HttpContext context, string? returnUrl, ILogger<OpenIdConnectSettings> logger)
    {
        try
        {
            await context.ChallengeAsync(Scheme, new AuthenticationProperties { RedirectUri = LocalPath.Of(returnUrl) });
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The provider's description is read by the first who signs in; that may fail in as many ways as a network has.
            LogNoProvider(logger, e.Message);
            context.Response.Redirect(RefusedAddress(ExternalSignInOutcome.Failed, returnUrl));
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Sign-in with OpenID Connect could not begin: {Reason}")]
    private static partial void LogNoProvider(ILogger logger, string reason);
}
