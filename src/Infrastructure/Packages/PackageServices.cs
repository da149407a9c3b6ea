using ClusterPanel.Core.Packages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClusterPanel.Infrastructure.Packages;

/// <summary>Registers the reader of offline packages.</summary>
public static class PackageServices
{
    /// <summary>Adds <see cref="IPackageReader"/>, and what registers the packages named in the settings.</summary>
    public static IServiceCollection AddPackages(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IPackageReader, PackageReader>();
        services.AddHostedService<PackagesAtStart>();
        return services;
    }
}
