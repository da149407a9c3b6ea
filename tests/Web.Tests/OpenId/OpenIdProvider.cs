using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace ClusterPanel.Web.Tests.OpenId;

/// <summary>
/// An OpenID provider on loopback. It asks nobody for a password: whoever comes is <see cref="Claims"/>. It checks what a provider checks (client,
/// secret, PKCE, each code once), and gives wrong answers when a test wants them.
/// </summary>
public sealed class OpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "clusterpanel";
    private readonly WebApplication _app;
    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, Grant> _grants = new();

    private OpenIdProvider(WebApplication app) => _app = app;

    /// <summary>The client's secret, made for this run.</summary>
    public string Secret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public string Issuer => _app.Urls.Single();

    /// <summary>Who comes next. What stands here replaces what the provider sets by itself (iss, aud, exp, iat, nonce); null leaves it out.</summary>
    public Dictionary<string, object?> Claims { get; set; } = [];

    /// <summary>The key that answers are signed with, when it is not the published one.</summary>
    public RSA? OtherKey { get; set; }

    /// <summary>What tokens say they are signed with while they are not signed at all, or null.</summary>
    public string? UnsignedAlgorithm { get; set; }

    /// <summary>The error that the next ones are sent back with, or null.</summary>
    public string? Error { get; set; }

    /// <summary>What was told at the other end of codes: every access token and identity token.</summary>
    public ConcurrentQueue<string> Told { get; } = new();

    /// <summary>The last authorization request, as it came.</summary>
    public IQueryCollection? LastRequest { get; private set; }

    public static async Task<OpenIdProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var provider = new OpenIdProvider(app);
        app.Run(provider.AnswerAsync);
        await app.StartAsync();
        return provider;
    }

    /// <summary>Somebody with these values of the claim "roles" comes next, and all answers are right again.</summary>
    public void Comes(string subject, string? name, params string[] roles)
    {
        Claims = new() { ["sub"] = subject, ["preferred_username"] = name, ["roles"] = roles };
        (OtherKey, UnsignedAlgorithm, Error) = (null, null, null);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/.well-known/openid-configuration" => JsonAsync(context, new()
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["jwks_uri"] = $"{Issuer}/keys",
            ["response_types_supported"] = new[] { "code" },
            ["subject_types_supported"] = new[] { "public" },
            ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        }),
        "/keys" => KeysAsync(context),
        "/authorize" => AuthorizeAsync(context),
        "/token" => TokenAsync(context),
        _ => RefuseAsync(context, "not_found"),
    };

    private Task KeysAsync(HttpContext context)
    {
        var key = _key.ExportParameters(false);
        return JsonAsync(context, new()
        {
            ["keys"] = new[]
            {
                new Dictionary<string, string>
                {
                    ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = "1", ["n"] = WebEncoders.Base64UrlEncode(key.Modulus!), ["e"] = WebEncoders.Base64UrlEncode(key.Exponent!),
                },
            },
        });
    }

    private Task AuthorizeAsync(HttpContext context)
    {
        var asked = LastRequest = context.Request.Query;
        if (asked["client_id"] != ClientId || asked["response_type"] != "code" || asked["code_challenge_method"] != "S256" || string.IsNullOrEmpty(asked["code_challenge"])
            || string.IsNullOrEmpty(asked["nonce"]) || string.IsNullOrEmpty(asked["state"]) || !asked["scope"].ToString().Split(' ').Contains("openid"))
        {
            return RefuseAsync(context, "invalid_request");
        }

        var answer = new QueryBuilder { { "state", asked["state"].ToString() } };
        if (Error is { } error)
        {
            answer.Add("error", error);
        }
        else
        {
            var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            _grants[code] = new Grant(asked["redirect_uri"].ToString(), asked["code_challenge"].ToString(), asked["nonce"].ToString(), Claims);
            answer.Add("code", code);
        }

        context.Response.Redirect(asked["redirect_uri"] + answer.ToString());
        return Task.CompletedTask;
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (form["client_id"] != ClientId || form["client_secret"] != Secret)
        {
            await RefuseAsync(context, "invalid_client");
        }
        else if (form["grant_type"] != "authorization_code" || !_grants.TryRemove(form["code"].ToString(), out var grant) || form["redirect_uri"] != grant.RedirectUri
            || WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != grant.Challenge)
        {
            await RefuseAsync(context, "invalid_grant");
        }
        else
        {
            var (access, identity) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), IdentityToken(grant));
            Told.Enqueue(access);
            Told.Enqueue(identity);
            await JsonAsync(context, new() { ["access_token"] = access, ["token_type"] = "Bearer", ["expires_in"] = 300, ["id_token"] = identity });
        }
    }

    private string IdentityToken(Grant grant)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object?> { ["iss"] = Issuer, ["aud"] = ClientId, ["iat"] = now, ["exp"] = now + 300, ["nonce"] = grant.Nonce };
        foreach (var (name, value) in grant.Claims)
        {
            claims[name] = value;
        }

        var header = new Dictionary<string, string> { ["alg"] = UnsignedAlgorithm ?? "RS256", ["typ"] = "JWT", ["kid"] = "1" };
        var text = $"{Encode(header)}.{Encode(claims.Where(c => c.Value is not null).ToDictionary())}";
        var signature = UnsignedAlgorithm is not null ? [] : (OtherKey ?? _key).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{WebEncoders.Base64UrlEncode(signature)}";
    }

    private static string Encode<T>(T value) => WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(value));

    private static Task JsonAsync(HttpContext context, Dictionary<string, object> value) => context.Response.WriteAsJsonAsync(value);

    private static Task RefuseAsync(HttpContext context, string error)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return JsonAsync(context, new() { ["error"] = error });
    }

    private sealed record Grant(string RedirectUri, string Challenge, string Nonce, Dictionary<string, object?> Claims);
}
