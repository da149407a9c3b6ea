using ClusterPanel.Core;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Web.Tests.Fakes;

public sealed class FakePackageReader : IPackageReader
{
    public Task<OfflinePackage> ReadAsync(string path, CancellationToken cancellationToken) =>
        path.Contains("missing", StringComparison.Ordinal)
            ? throw new InvalidInputException("path", $"There is no file {path} on the panel's machine.")
            : Task.FromResult(Samples.Package(path.Contains("stand-in", StringComparison.Ordinal)));
}
