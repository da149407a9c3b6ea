using ClusterPanel.Core.Hosts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>Registers the SSH layer.</summary>
public static class SshServices
{
    /// <summary>Adds <see cref="IHostSessions"/> and <see cref="IPrivateKeyCheck"/>.</summary>
    public static IServiceCollection AddSsh(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new SshSettings());
        services.AddSingleton<IPrivateKeyCheck, PrivateKeyCheck>();
        services.AddSingleton<IHostSessions, SshHostSessions>();
        return services;
    }
}
