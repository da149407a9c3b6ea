using ClusterPanel.Core.Access;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Preflight;
using ClusterPanel.Infrastructure;
using ClusterPanel.Infrastructure.Clusters;
using ClusterPanel.Infrastructure.Packages;
using ClusterPanel.Infrastructure.Ssh;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>
/// The panel's own services on the panel's database, in the test's process and without the background worker: what a page does,
/// without the page. The work itself is done by a <see cref="PanelProcess"/>, which claims it from the database.
/// </summary>
internal sealed class PanelBackend : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private PanelBackend(ServiceProvider services) => _services = services;

    public HostService Hosts => _services.GetRequiredService<HostService>();

    public CredentialService Credentials => _services.GetRequiredService<CredentialService>();

    public PackageService Packages => _services.GetRequiredService<PackageService>();

    public PreflightService Preflight => _services.GetRequiredService<PreflightService>();

    public DeploymentService Deployments => _services.GetRequiredService<DeploymentService>();

    public ClusterChangeService Changes => _services.GetRequiredService<ClusterChangeService>();

    public ClusterService Clusters => _services.GetRequiredService<ClusterService>();

    public IClusterApi Api => _services.GetRequiredService<IClusterApi>();

    public ClusterHealthService Health => _services.GetRequiredService<ClusterHealthService>();

    public ClusterCertificateService Certificates => _services.GetRequiredService<ClusterCertificateService>();

    public IDeploymentStore Journal => _services.GetRequiredService<IDeploymentStore>();

    public static async Task<PanelBackend> OpenAsync(string dataDirectory, string? connectionString)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Panel:DataDirectory"] = dataDirectory,
            ["Panel:MasterKeyFile"] = connectionString is null ? "" : Path.Combine(dataDirectory, "master.key"),
            ["Database:ConnectionString"] = connectionString ?? "",
        }).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPersistence(configuration);
        services.AddSsh();
        services.AddPackages();
        services.AddClusterApi();
        services.AddSingleton<IAccess, Olga>();
        services.AddDeployments(configuration);
        foreach (var worker in services.Where(s => s.ServiceType == typeof(IHostedService)).ToList())
        {
            services.Remove(worker);
        }

        var provider = services.BuildServiceProvider();
        await provider.StartDatabaseAsync(CancellationToken.None);
        return new PanelBackend(provider);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    // A page or a program would have signed in.
    private sealed class Olga : IAccess
    {
        public Task<Actor> RequireAsync(Role role, CancellationToken cancellationToken) => Task.FromResult(new Actor("1", "olga", Role.Administrator, null, null));
    }
}
