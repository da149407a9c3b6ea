using ClusterPanel.Core.Clusters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClusterPanel.Infrastructure.Clusters;

/// <summary>Registers the reader of running clusters.</summary>
public static class ClusterReaderServices
{
    /// <summary>Adds <see cref="IClusterReader"/>.</summary>
    public static IServiceCollection AddClusterReader(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IClusterReader, ClusterReader>();
        return services;
    }
}
