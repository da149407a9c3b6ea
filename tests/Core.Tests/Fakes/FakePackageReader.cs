using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>Reads every path as the sample package.</summary>
internal sealed class FakePackageReader : IPackageReader
{
    public List<string> Read { get; } = [];

    public Task<OfflinePackage> ReadAsync(string path, CancellationToken cancellationToken)
    {
        Read.Add(path);
        return Task.FromResult(Samples.Package());
    }
}
