using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

/// <summary>The persistence half of one panel process. Several on the same settings are several processes on one database.</summary>
public sealed class TestPanel : IAsyncDisposable
{
    /// <summary>For what the test itself puts into stores.</summary>
    public static AuditEntry Seeded => Actor.Panel.Did("test.seed", "the test");

    private readonly ServiceProvider _services;

    public TestPanel(IReadOnlyDictionary<string, string?> settings, TimeProvider? time = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection().AddSingleton(time ?? TimeProvider.System).AddLogging(l => l.SetMinimumLevel(LogLevel.None)).AddPersistence(configuration).AddPanelIdentity();
        services.AddAuthentication();
        _services = services.BuildServiceProvider(validateScopes: true);
    }

    public IHostStore Hosts => Get<IHostStore>();

    public ICredentialStore Credentials => Get<ICredentialStore>();

    public IPackageStore Packages => Get<IPackageStore>();

    public IClusterStore Clusters => Get<IClusterStore>();

    public IDeploymentStore Deployments => Get<IDeploymentStore>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<TestPanel> StartAsync(TestSettings settings)
    {
        var panel = new TestPanel(settings.ToConfiguration());
        await panel.StartAsync();
        return panel;
    }

    public Task StartAsync() => _services.StartDatabaseAsync(Stop);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public IServiceScope CreateScope() => _services.CreateScope();

    public AppDbContext OpenDatabase() => Get<IDbContextFactory<AppDbContext>>().CreateDbContext();

    public async Task<int> ExecuteAsync(FormattableString sql)
    {
        await using var db = OpenDatabase();
        return await db.Database.ExecuteSqlAsync(sql, Stop);
    }

    public async Task<long> CountAsync(FormattableString sql)
    {
        await using var db = OpenDatabase();
        return (await db.Database.SqlQuery<long>(sql).ToListAsync(Stop)).Single();
    }

    /// <summary>As if the holder of every lease had stopped renewing long ago.</summary>
    public Task ExpireLeasesAsync() => ExecuteAsync($"""UPDATE "ClusterLeases" SET "ExpiresAt" = 1""");

    /// <summary>A stored credential.</summary>
    public async Task<Credential> AddCredentialAsync()
    {
        var credential = Sample.Credential();
        await Credentials.AddAsync(credential, new CredentialSecrets { Password = "secret" }, TestPanel.Seeded, Stop);
        return credential;
    }

    /// <summary>Stored hosts.</summary>
    public async Task<IReadOnlyList<Host>> AddHostsAsync(int count)
    {
        var credential = await AddCredentialAsync();
        var hosts = Enumerable.Range(0, count).Select(_ => Sample.Host(credential.Id)).ToList();
        await Hosts.AddAsync(hosts, TestPanel.Seeded, Stop);
        return hosts;
    }

    /// <summary>A stored cluster on one host, with its queued deployment.</summary>
    public async Task<(Cluster Cluster, Deployment Deployment)> AddClusterAsync()
    {
        var package = Sample.Package();
        await Packages.AddAsync(package, TestPanel.Seeded, Stop);
        var cluster = Sample.Cluster(package, await AddHostsAsync(1));
        var deployment = Sample.Deployment(cluster);
        await Deployments.CreateClusterAsync(cluster, deployment, Sample.Plan(cluster), TestPanel.Seeded, Stop);
        return (cluster, deployment);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
