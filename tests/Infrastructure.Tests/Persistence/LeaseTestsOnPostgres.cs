using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class LeaseTestsOnPostgres(PostgresDatabases databases) : LeaseTests(databases)
{
    [Fact]
    public async Task Session_OfADeadProcess_DoesNotKeepTheLeaseLocked()
    {
        await using var db = Panel.OpenDatabase();

        var timeout = (await db.Database.SqlQuery<string>($"SHOW idle_in_transaction_session_timeout").ToListAsync(Stop)).Single();

        Assert.Equal("10s", timeout);
    }
}
