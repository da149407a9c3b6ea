using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Tests.Clusters;

/// <summary>A small HTTPS server that answers like an API server: its own authority, client certificates asked for, no loopback address in its certificate.</summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeApiServer(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    /// <summary>What <c>GET /api/v1/nodes</c> answers; null for never.</summary>
    public string? Nodes { get; set; } = """{"kind":"NodeList","apiVersion":"v1","metadata":{},"items":[]}""";

    public int Status { get; set; } = 200;

    /// <summary>Subject of the client certificate of the last request.</summary>
    public string? Client { get; private set; }

    public int Requests { get; private set; }

    public static async Task<FakeApiServer> StartAsync(TestAuthority authority, string name, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var certificate = authority.Server(name);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(h =>
        {
            h.ServerCertificate = certificate;
            h.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            h.ClientCertificateValidation = (_, _, _) => true;
        })));
        var app = builder.Build();
        FakeApiServer? server = null;
        app.MapGet("/api/v1/nodes", async context =>
        {
            server!.Requests++;
            server.Client = (await context.Connection.GetClientCertificateAsync(context.RequestAborted))?.Subject;
            if (server.Nodes is not { } nodes)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                return;
            }

            context.Response.StatusCode = server.Status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(nodes, context.RequestAborted);
        });
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server = new FakeApiServer(app, new Uri(address).Port);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
