using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace ClusterPanel.Web.Hosting;

/// <summary>
/// <c>Panel:TrustedProxies</c>: addresses and networks of the proxies that serve the panel by HTTPS and pass requests on without. Only
/// they are believed who the client is, and only for clients who came by HTTPS.
/// </summary>
internal sealed class TrustedProxies
{
    private const string Setting = "Panel:TrustedProxies";
    private readonly IReadOnlyList<System.Net.IPNetwork> _networks;

    private TrustedProxies(IReadOnlyList<System.Net.IPNetwork> networks) => _networks = networks;

    /// <summary>True when there are some.</summary>
    public bool Any => _networks.Count > 0;

    /// <summary>Reads the setting.</summary>
    /// <exception cref="WrongSettingException">An entry is no address and no network.</exception>
    public static TrustedProxies Read(IConfiguration configuration) => new([.. configuration.GetSection(Setting).GetChildren().Select(c => Parse(c.Value ?? ""))]);

    /// <summary>Refuses who comes without encryption and is no proxy, and takes over what proxies say of their clients.</summary>
    public void Use(IApplicationBuilder app)
    {
        app.Use((context, next) => context.Request.IsHttps || IsLoopback(context) || IsProxy(context) ? next(context) : RefuseAsync(context, "This address is for the panel's proxy. Open the panel by HTTPS."));
        if (!Any)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in _networks)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.Use((context, next) =>
        {
            // Known before the headers replace the address.
            context.Items[typeof(TrustedProxies)] = IsProxy(context);
            return next(context);
        });
        app.UseForwardedHeaders(options);
        app.Use((context, next) => context.Request.IsHttps || context.Items[typeof(TrustedProxies)] is not true
            ? next(context)
            : RefuseAsync(context, "The proxy does not say that its client came by HTTPS: let it send X-Forwarded-Proto, and serve the panel by HTTPS."));
    }

    private static System.Net.IPNetwork Parse(string value)
    {
        if (IPAddress.TryParse(value, out var address))
        {
            return new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        return System.Net.IPNetwork.TryParse(value, out var network)
            ? network
            : throw new WrongSettingException($"The setting {Setting} must name addresses or networks such as 192.0.2.5 or 10.0.0.0/8, not \"{value}\".");
    }

    private static bool IsLoopback(HttpContext context) => context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address);

    private bool IsProxy(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && _networks.Any(n => n.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    private static Task RefuseAsync(HttpContext context, string sentence)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync(sentence);
    }
}
