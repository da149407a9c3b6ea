namespace ClusterPanel.Infrastructure.Tests.Ssh;

/// <summary>All SSH tests share one sshd and one user, so they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SshTests : ICollectionFixture<SshLab>
{
    public const string Name = "ssh";
}
