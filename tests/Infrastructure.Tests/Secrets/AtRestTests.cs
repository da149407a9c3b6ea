using ClusterPanel.Core.Hosts;
using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

/// <summary>What lies on the disk is worth nothing without the key file.</summary>
public sealed class AtRestTests(SqliteDatabases databases) : DatabaseTests(databases)
{
    private const string Canary = "Kanarienvogel-4711";

    [Fact]
    public async Task Files_SecretsStored_HoldNoneOfThem()
    {
        var credential = Sample.Credential();
        var secrets = new CredentialSecrets { Password = Canary, PrivateKey = Canary, Passphrase = Canary, SudoPassword = Canary };
        await Panel.Credentials.AddAsync(credential, secrets, TestPanel.Seeded, Stop);
        var (cluster, _) = await Panel.AddClusterAsync();
        await Panel.Clusters.SaveKubeconfigAsync(cluster.Id, Canary, Stop);

        Assert.Empty(FilesWith(Canary));

        // The search itself works: a text that is not secret is found, in the database or its journal.
        Assert.NotEmpty(FilesWith(cluster.Name));
    }

    private IEnumerable<string> FilesWith(string text) => Directory.GetFiles(Settings.DataDirectory).Where(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return Traces.Has(content, text);
    });
}
