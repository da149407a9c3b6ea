using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class DatabaseHealthTests
{
    [Fact]
    public async Task Check_DatabaseAwayAndBack_IsToldAtOnce()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "PostgreSQL's server is not installed (Debian: postgresql).");
        await using var server = await PostgresServer.StartAsync(PostgresServer.Programs!);
        var settings = new TestSettings(Directory.CreateTempSubdirectory("clusterpanel-test-").FullName, server.ConnectionString);
        await MasterKeys.WriteAsync(settings.MasterKeyFile);
        await using var panel = await TestPanel.StartAsync(settings);
        var health = panel.Get<HealthCheckService>();

        var before = await health.CheckHealthAsync(TestContext.Current.CancellationToken);
        await server.StopAsync();
        var away = await health.CheckHealthAsync(TestContext.Current.CancellationToken);
        await server.StartAgainAsync();
        var back = await health.CheckHealthAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HealthStatus.Healthy, before.Status);
        Assert.Equal(HealthStatus.Unhealthy, away.Status);
        Assert.Equal(HealthStatus.Healthy, back.Status);
        Directory.Delete(settings.DataDirectory, recursive: true);
    }
}
