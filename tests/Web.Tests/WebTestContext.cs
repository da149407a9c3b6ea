using Bunit;
using Bunit.TestDoubles;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Preflight;
using ClusterPanel.Infrastructure.Clusters;
using ClusterPanel.Web.Feeds;
using ClusterPanel.Web.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;

namespace ClusterPanel.Web.Tests;

/// <summary>A signed-in operator's page over stores in memory and a clock that stands still.</summary>
public abstract class WebTestContext : BunitContext
{
    protected WebTestContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Time = new FakeTimeProvider(Samples.Noon);
        Deployments = new MemoryDeployments(Clusters, Time);
        Sessions = new FakeSessions(Time);
        Reader = new FakeClusterApi(Time);
        Services.AddMudServices();
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton<IHostStore>(Hosts).AddSingleton<ICredentialStore>(Credentials).AddSingleton<IPackageStore>(Packages);
        Services.AddSingleton<IClusterStore>(Clusters).AddSingleton<IDeploymentStore>(Deployments).AddSingleton<IHostSessions>(Sessions);
        Services.AddSingleton<IClusterApi>(Reader).AddSingleton<IPackageReader, FakePackageReader>().AddSingleton<IPrivateKeyCheck, FakeKeyCheck>();
        Services.AddSingleton<IAccess>(Access).AddSingleton<IAuditStore, MemoryAudit>();
        Services.AddScoped<CredentialService>().AddScoped<HostService>().AddScoped<PackageService>();
        Services.AddScoped<PreflightService>().AddScoped<ClusterService>().AddScoped<DeploymentService>();
        Services.AddScoped<ClusterChangeService>().AddScoped<HostLeftovers>().AddScoped<ClusterHealthService>().AddScoped<CertificateReader>().AddScoped<ClusterCertificateService>().AddSingleton(CertificateLimits.Default);
        Services.AddSingleton<ClusterViews>().AddSingleton<ClusterWatch>().AddLogging();
        Services.AddSingleton<DeploymentFeed>();
        Authorization = AddAuthorization();
        Authorization.SetAuthorized("maria").SetRoles(nameof(Role.Administrator));
    }

    /// <summary>What maria's cookie says; pages show buttons by it.</summary>
    protected BunitAuthorizationContext Authorization { get; }

    /// <summary>maria, an administrator until the test says otherwise.</summary>
    protected FakeAccess Access { get; } = new();

    protected FakeTimeProvider Time { get; }

    protected MemoryHosts Hosts { get; } = new();

    protected MemoryCredentials Credentials { get; } = new();

    protected MemoryPackages Packages { get; } = new();

    protected MemoryClusters Clusters { get; } = new();

    protected MemoryDeployments Deployments { get; }

    protected FakeSessions Sessions { get; }

    protected FakeClusterApi Reader { get; }

    protected static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    /// <summary>The look at clusters in the background, beginning now.</summary>
    protected Task WatchAsync() => Services.GetRequiredService<ClusterWatch>().StartAsync(Token);

    /// <summary>Where dialogs appear.</summary>
    protected IRenderedComponent<MudDialogProvider> RenderDialogs()
    {
        Render<MudPopoverProvider>();
        return Render<MudDialogProvider>();
    }

    /// <summary>Lets the clock run until it is so, or fails with what is not.</summary>
    protected async Task UntilAsync(Action isSo)
    {
        var deadline = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            try
            {
                isSo();
                return;
            }
            catch (Exception) when (deadline.Elapsed < TimeSpan.FromSeconds(20))
            {
                Time.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Yield();
            }
        }
    }

    /// <summary>Three hosts fit for masters and two for workers.</summary>
    protected async Task<IReadOnlyList<Host>> AddUsableHostsAsync()
    {
        var credential = await AddCredentialAsync();
        List<Host> hosts =
        [
            .. Enumerable.Range(1, 3).Select(i => Samples.Usable($"master{i}", $"10.0.0.{10 + i}", credential.Id)),
            .. Enumerable.Range(1, 2).Select(i => Samples.Usable($"worker{i}", $"10.0.0.{20 + i}", credential.Id)),
        ];
        await Hosts.AddAsync(hosts, Samples.Seeded, Token);
        return hosts;
    }

    protected async Task<Credential> AddCredentialAsync()
    {
        var credential = new Credential { Name = "root key", User = "root", Kind = CredentialKind.PrivateKey };
        await Credentials.AddAsync(credential, new CredentialSecrets { PrivateKey = "secret" }, Samples.Seeded, Token);
        return credential;
    }

    /// <summary>A cluster of the usable hosts with its queued deployment.</summary>
    protected async Task<(Cluster Cluster, Deployment Deployment, Plan Plan)> AddDeploymentAsync(bool standIn = false)
    {
        var hosts = await AddUsableHostsAsync();
        var package = Samples.Package(standIn);
        await Packages.AddAsync(package, Samples.Seeded, Token);
        var request = new ClusterRequest
        {
            Name = "demo",
            PackageId = package.Id,
            MasterHostIds = [.. hosts.Take(3).Select(h => h.Id)],
            WorkerHostIds = [.. hosts.Skip(3).Select(h => h.Id)],
        };
        var service = Services.GetRequiredService<DeploymentService>();
        var preview = await service.PreviewAsync(request, Token);
        var deployment = await service.StartAsync(request, preview.Hash, Token);
        return ((await Clusters.FindAsync(request.ClusterId, Token))!, deployment, preview.Plan);
    }

    /// <summary>The button with this text.</summary>
    protected static AngleSharp.Dom.IElement Button<T>(IRenderedComponent<T> page, string text)
        where T : IComponent =>
        page.FindAll("button, a.mud-button-root").Single(b => b.TextContent.Trim() == text);

    /// <summary>The field with this label.</summary>
    protected static AngleSharp.Dom.IElement Field<T>(IRenderedComponent<T> page, string label)
        where T : IComponent
    {
        var found = page.FindAll("label[for]").Single(l => l.TextContent.Replace(" (optional)", "", StringComparison.Ordinal).Trim() == label);
        return page.Find($"#{found.GetAttribute("for")}");
    }
}
