using ClusterPanel.Core.Packages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClusterPanel.Web.Api;

/// <summary>Offline packages.</summary>
internal static class PackagesApi
{
    /// <summary>A registered package.</summary>
    /// <param name="Id">Identity.</param>
    /// <param name="FileName">Its file's name.</param>
    /// <param name="Path">Where the file is on the panel's machine.</param>
    /// <param name="Size">Bytes.</param>
    /// <param name="Sha256">Of the file.</param>
    /// <param name="Version">Of Kubernetes.</param>
    /// <param name="Architecture">Of its programs.</param>
    /// <param name="StandIn">True for the lab's imitation, which is no Kubernetes.</param>
    /// <param name="CniManifests">Pod networks it brings.</param>
    internal sealed record PackageAnswer(Guid Id, string FileName, string Path, long Size, string Sha256, string Version, string Architecture, bool StandIn, IReadOnlyList<string> CniManifests);

    /// <summary>A package to register.</summary>
    /// <param name="Path">Full path on the panel's machine.</param>
    internal sealed record Register(string? Path);

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("", ListAsync).WithSummary("All packages, newest version first");
        group.MapPost("", RegisterAsync).WithSummary("Read and check a package, and remember it");
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Forget a package; the file stays");
    }

    private static async Task<Page<PackageAnswer>> ListAsync(int? skip, int? take, PackageService packages, CancellationToken stop) =>
        Page<PackageAnswer>.Of(await packages.ListAsync(stop), skip, take, Answer);

    private static async Task<Created<PackageAnswer>> RegisterAsync(Register body, PackageService packages, CancellationToken stop) =>
        TypedResults.Created($"{ApiRoutes.Root}/packages", Answer(await packages.RegisterAsync(body.Path ?? "", stop)));

    private static async Task<NoContent> DeleteAsync(Guid id, PackageService packages, CancellationToken stop)
    {
        await packages.DeleteAsync(id, stop);
        return TypedResults.NoContent();
    }

    private static PackageAnswer Answer(OfflinePackage package) => new(
        package.Id, package.FileName, package.Path, package.Size, package.Sha256, package.Manifest.Version.ToString(), package.Manifest.Architecture, package.Manifest.StandIn, package.Manifest.CniManifests);
}
