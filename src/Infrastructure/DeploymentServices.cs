using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Preflight;
using ClusterPanel.Infrastructure.Clusters;
using ClusterPanel.Infrastructure.Deployments;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure;

public static class DeploymentServices
{
    /// <summary>Registers Core's services and the background worker that runs deployments.</summary>
    public static IServiceCollection AddDeployments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LogOptions>().Bind(configuration.GetSection(LogOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LogOptions>, LogOptionsValidator>());
        services.AddSingleton(provider => new LogLimits(provider.GetRequiredService<IOptions<LogOptions>>().Value.MaxMebibytesPerCommand * 1024L * 1024));
        services.AddOptions<CertificateOptions>().Bind(configuration.GetSection(CertificateOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CertificateOptions>, CertificateOptionsValidator>());
        services.AddSingleton(provider => new CertificateLimits(provider.GetRequiredService<IOptions<CertificateOptions>>().Value.WarnDays));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(StepCatalog.Default);
        services.AddScoped<DeploymentRunner>();
        services.AddScoped<DeploymentService>();
        services.AddScoped<ClusterChangeService>();
        services.AddScoped<HostLeftovers>();
        services.AddScoped<ClusterHealthService>();
        services.AddScoped<CertificateReader>();
        services.AddScoped<ClusterCertificateService>();
        services.AddScoped<HostService>();
        services.AddScoped<CredentialService>();
        services.AddScoped<PackageService>();
        services.AddScoped<PreflightService>();
        services.AddScoped<ClusterService>();
        services.AddScoped<AuditService>();
        services.AddHostedService<DeploymentWorker>();
        services.AddHostedService<LogRetention>();
        return services;
    }
}
