using ClusterPanel.Core;
using ClusterPanel.Core.Packages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Packages;

/// <summary>Registers the packages that the settings name (<c>Panel:Packages:0</c> and so on), beside the start, which does not wait for it.</summary>
public sealed class PackagesAtStart(IServiceScopeFactory scopes, IOptions<PanelOptions> options, ILogger<PackagesAtStart> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var path in options.Value.Packages)
        {
            await using var scope = scopes.CreateAsyncScope();
            try
            {
                var package = await scope.ServiceProvider.GetRequiredService<PackageService>().RegisterSettingAsync(path, stoppingToken);
                Log.Registered(logger, package.FileName, package.Manifest.Version.ToString());
            }
            catch (ConflictException)
            {
                // It was registered by an earlier start.
            }
            catch (InvalidInputException e)
            {
                Log.NotRegistered(logger, path, e.Message);
            }
        }
    }
}
