using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Infrastructure.Persistence;
using ClusterPanel.Infrastructure.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure;

/// <summary>The database, its stores, and the encryption of what is secret in it.</summary>
public static class PersistenceServices
{
    /// <summary>Registers everything; opens nothing. Settings: sections <c>Panel</c> and <c>Database</c>.</summary>
    public static IServiceCollection AddPersistence(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<PanelOptions>(configuration.GetSection(PanelOptions.Section));
        services.Configure<DatabaseOptions>(configuration.GetSection(DatabaseOptions.Section));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PanelOptions>, PanelOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);

        // The scoped context is for Identity, which wants one; stores open their own.
        services.AddSingleton<IDbContextFactory<AppDbContext>, AppDbContextFactory>();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContext());

        services.AddHealthChecks().AddCheck<DatabaseHealth>("database", timeout: TimeSpan.FromSeconds(3));
        services.AddSingleton<SettingStore>();
        services.AddSingleton<PanelId>();
        services.TryAddSingleton(provider => provider.GetRequiredService<PanelId>().ToIdentity(configuration["Panel:Listen"]));
        services.AddSingleton<DatabaseStart>();
        services.AddSingleton<ClusterLeases>();
        services.AddSingleton<LogLineStore>();
        services.AddSingleton<IAuditStore, AuditStore>();
        services.AddSingleton<IRepeatedRequests, RepeatedRequests>();
        services.AddSingleton<ITokenStore, TokenStore>();
        services.AddSingleton<IHostStore, HostStore>();
        services.AddSingleton<ICredentialStore, CredentialStore>();
        services.AddSingleton<IPackageStore, PackageStore>();
        services.AddSingleton<IClusterStore, ClusterStore>();
        services.AddSingleton<IDeploymentStore, DeploymentStore>();
        return services.AddSecrets();
    }

    /// <summary>Brings the database to this version and proves that its secrets can be read. To be awaited before the host runs.</summary>
    /// <exception cref="StartRefusedException">The panel must not start; the message is the sentence to print.</exception>
    public static Task StartDatabaseAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<DatabaseStart>().RunAsync(cancellationToken);

    /// <summary>Changes the master key; panels on the same database go on running.</summary>
    /// <returns>What was done, in one line.</returns>
    /// <exception cref="StartRefusedException">It cannot be done; the message is the sentence to print.</exception>
    public static Task<string> RotateMasterKeyAsync(this IServiceProvider services, bool prepareOnly, CancellationToken cancellationToken) =>
        services.GetRequiredService<MasterKeyRotation>().RunAsync(prepareOnly, cancellationToken);

    private static IServiceCollection AddSecrets(this IServiceCollection services)
    {
        services.AddSingleton<ServingCertificate>();
        services.AddSingleton<MasterKeyFile>();
        services.AddSingleton<KnownMasterKeys>();
        services.AddSingleton<MasterKeyXmlEncryptor>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<MasterKeyRotation>();
        services.AddSingleton<SecretProtector>();
        services.AddSingleton<Canary>();
        services.AddDataProtection().SetApplicationName("ClusterPanel");
        services.AddOptions<KeyManagementOptions>().Configure<KeyRing, MasterKeyXmlEncryptor>((options, ring, encryptor) =>
        {
            options.XmlRepository = ring;
            options.XmlEncryptor = encryptor;
        });
        return services;
    }
}
