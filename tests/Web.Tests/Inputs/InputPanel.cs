using System.Text;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Infrastructure.Persistence;
using ClusterPanel.Web.Tests.Fakes;
using ClusterPanel.Web.Tests.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>The whole panel behind a real server on loopback, with a database that can be compared and hosts that are counted. Nothing works in its background.</summary>
public class InputPanel : PanelHost, IAsyncLifetime
{

    public InputPanel()
    {
        Sessions = new WatchedSessions(new FakeSessions(TimeProvider.System) { Silent = { ["10.0.0.22"] = true, ["10.0.0.23"] = true } });
        UseKestrel();
    }

    /// <summary>The only door to hosts.</summary>
    public WatchedSessions Sessions { get; }

    /// <summary>The clusters' API.</summary>
    public FakeClusterApi ClusterApi { get; } = new(TimeProvider.System);

    /// <summary>Where it is served.</summary>
    public Uri Root { get; private set; } = default!;

    public virtual ValueTask InitializeAsync()
    {
        StartServer();
        Root = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return ValueTask.CompletedTask;
    }

    /// <summary>A browser, or a program that shows a token.</summary>
    public HttpClient NewBrowser(string? token = null)
    {
        // UTF-8, so that a header may hold what it must not.
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = Root };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        return client;
    }

    /// <summary>A token of an administrator.</summary>
    public async Task<string> NewTokenAsync(CancellationToken stop)
    {
        var owner = (await Services.GetRequiredService<IAccountStore>().ListAsync(stop)).Single(a => a.Name == User);
        var actor = new Actor(owner.Id, owner.Name, owner.Role, null, null);
        return (await TokenService.IssueAsync(actor, "inputs", Role.Administrator, 1, Services.GetRequiredService<ITokenStore>(), TimeProvider.System, stop)).Secret;
    }

    /// <summary>What is stored, and how often a host was connected to: the same before and after a refused request.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StateAsync(CancellationToken stop) =>
        new SortedDictionary<string, string>(
            (await DatabaseImage.OfAsync(Services.GetRequiredService<IDbContextFactory<AppDbContext>>(), stop)).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal)
        {
            ["(connections to hosts)"] = $"{Sessions.Count}",
            ["(cordoned nodes)"] = string.Join(' ', ClusterApi.Cordoned),
        };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("Panel:Listen", "http://127.0.0.1:0").ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IHostSessions>(Sessions));
            services.Replace(ServiceDescriptor.Singleton<IClusterApi>(ClusterApi));

            // What works in the background writes and connects by itself: here only requests may.
            foreach (var worker in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Assembly == typeof(AppDbContext).Assembly).ToList())
            {
                services.Remove(worker);
            }
        });
    }
}
