using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Infrastructure.Identity;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>The panel's database. Stores see only this; which database it is, only <see cref="SqlDialect"/> knows.</summary>
public abstract class AppDbContext(DbContextOptions options) : IdentityDbContext<AppUser>(options)
{
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    internal DbSet<Host> Hosts => Set<Host>();

    internal DbSet<Credential> Credentials => Set<Credential>();

    internal DbSet<CredentialSecretRow> CredentialSecrets => Set<CredentialSecretRow>();

    internal DbSet<OfflinePackage> Packages => Set<OfflinePackage>();

    internal DbSet<Cluster> Clusters => Set<Cluster>();

    internal DbSet<ClusterHostRow> ClusterHosts => Set<ClusterHostRow>();

    internal DbSet<ClusterSecretRow> ClusterSecrets => Set<ClusterSecretRow>();

    internal DbSet<ClusterLeaseRow> ClusterLeases => Set<ClusterLeaseRow>();

    internal DbSet<Deployment> Deployments => Set<Deployment>();

    internal DbSet<PlanRow> Plans => Set<PlanRow>();

    internal DbSet<Attempt> Attempts => Set<Attempt>();

    internal DbSet<DeploymentRequest> DeploymentRequests => Set<DeploymentRequest>();

    internal DbSet<LogLineRow> LogLines => Set<LogLineRow>();

    internal DbSet<StreamOffsetRow> StreamOffsets => Set<StreamOffsetRow>();

    internal DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    internal DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    internal DbSet<RepeatedRequestRow> RepeatedRequests => Set<RepeatedRequestRow>();

    internal DbSet<SettingRow> Settings => Set<SettingRow>();

    internal abstract SqlDialect Dialect { get; }

    // Fixed here, not by Identity's options, so that the model is the same at design time and at run time.
    protected override Version SchemaVersion => IdentitySchemaVersions.Version3;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcMicroseconds>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
        configurationBuilder.Properties<HostKey>().HaveConversion<JsonColumn<HostKey>, JsonColumnComparer<HostKey>>();
        configurationBuilder.Properties<HostFacts>().HaveConversion<JsonColumn<HostFacts>, JsonColumnComparer<HostFacts>>();
        configurationBuilder.Properties<PackageManifest>().HaveConversion<JsonColumn<PackageManifest>, JsonColumnComparer<PackageManifest>>();
        configurationBuilder.Properties<ClusterSpec>().HaveConversion<JsonColumn<ClusterSpec>, JsonColumnComparer<ClusterSpec>>();
        configurationBuilder.Properties<StepFailure>().HaveConversion<JsonColumn<StepFailure>, JsonColumnComparer<StepFailure>>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(AppDbContext).Assembly);
    }
}
