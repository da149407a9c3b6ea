using ClusterPanel.Core.Clusters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClusterPanel.Infrastructure.Clusters;

/// <summary>Registers the way to running clusters' APIs.</summary>
public static class ClusterApiServices
{
    /// <summary>Adds <see cref="IClusterApi"/> and the watch that keeps <see cref="ClusterViews"/> fresh.</summary>
    public static IServiceCollection AddClusterApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IClusterApi, ClusterApi>();
        services.AddSingleton<ClusterViews>();
        services.AddHostedService<ClusterWatch>();
        return services;
    }
}
