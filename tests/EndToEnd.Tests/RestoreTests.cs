using System.Globalization;
using ClusterPanel.Core.Deployments;
using ClusterPanel.EndToEnd.Tests.Fixtures;
using ClusterPanel.Infrastructure.Tests.Persistence;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>docs/backup-and-restore.md, while a cluster is being made: the machine with the panel is lost, another one carries on.</summary>
public sealed class RestoreTests
{
    private const string RaiseTokens = """UPDATE "ClusterLeases" SET "Token" = "Token" + 1000""";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restore_BackupFromTheMiddleOfADeployment_AnotherMachineFinishesIt(bool onPostgres)
    {
        Assert.SkipWhen(onPostgres && PostgresServer.Programs is null, "needs PostgreSQL: apt-get install postgresql");
        Assert.SkipWhen(!onPostgres && PostgresServer.Programs is not null && Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var postgres = onPostgres ? await PostgresServer.StartAsync(PostgresServer.Programs!) : null;
        await using var scenario = await Scenario.BeginAsync(2, postgres?.ConnectionString);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        await scenario.Lab.SetFaultAsync("h1", "init: slow=10");
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 1, Scenario.StandIn!));
        await scenario.UntilHostAsync("h1", "pgrep -f '[k]ubeadm init --config'", Limit);

        var other = Directory.CreateTempSubdirectory("clusterpanel-e2e-").FullName;
        var backup = Path.Combine(other, "backup");
        await (postgres is null ? SqliteBackup.TakeAsync(Path.Combine(scenario.DataDirectory, "clusterpanel.db"), backup) : DumpAsync(postgres, backup));
        await scenario.Panel.KillAsync();
        var search = new CanarySearch(scenario.Canaries);
        search.Folder(other);
        File.Copy(Path.Combine(scenario.DataDirectory, "master.key"), Path.Combine(other, "master.key"));
        var restored = postgres is null ? await RestoreAsync(other, backup) : await RestoreAsync(postgres, backup);

        await using (var panel = new PanelProcess(other, restored))
        {
            await panel.StartAsync();
            await using var backend = await PanelBackend.OpenAsync(other, restored);
            await Poll.UntilAsync(async () => (await backend.Journal.FindAsync(deployment.Id, None))!.IsFinished, "the restored panel to finish the deployment", Limit);
            var ended = await backend.Journal.FindAsync(deployment.Id, None);
            Assert.True(ended!.Status == DeploymentStatus.Succeeded, ended.Reason);
        }

        Assert.Empty(search.Found);
        Assert.Equal("1", (await scenario.Lab.RunAsync("h1", "ls -d /var/lib/clusterpanel/run/*kubeadm-init*init | wc -l")).Trim());
        Assert.Equal(DeploymentStatus.Running, (await scenario.Backend.Journal.FindAsync(deployment.Id, None))!.Status);
        Directory.Delete(other, recursive: true);
    }

    private static async Task<string?> RestoreAsync(string data, string file)
    {
        File.Move(file, Path.Combine(data, "clusterpanel.db"));
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "clusterpanel.db")};Pooling=False");
        await connection.OpenAsync(None);
        await using var command = new SqliteCommand(RaiseTokens, connection);
        Assert.Equal(1, await command.ExecuteNonQueryAsync(None));
        return null;
    }

    private static async Task DumpAsync(PostgresServer server, string file) =>
        await Shell.RunAsync(Path.Combine(PostgresServer.Programs!, "pg_dump"), ["--no-owner", "--no-privileges", $"--file={file}", Url(server, "postgres")], Minute);

    private static async Task<string?> RestoreAsync(PostgresServer server, string file)
    {
        var psql = Path.Combine(PostgresServer.Programs!, "psql");
        await Shell.RunAsync(psql, ["--command=create database restored", Url(server, "postgres")], Minute);
        await Shell.RunAsync(psql, ["--set=ON_ERROR_STOP=1", "--single-transaction", $"--file={file}", Url(server, "restored")], Minute);
        Assert.Equal("UPDATE 1", (await Shell.RunAsync(psql, [$"--command={RaiseTokens}", Url(server, "restored")], Minute)).Trim());
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "restored" }.ConnectionString;
    }

    private static string Url(PostgresServer server, string database) => string.Create(CultureInfo.InvariantCulture, $"--dbname=postgresql://postgres@127.0.0.1:{server.Port}/{database}");
}
