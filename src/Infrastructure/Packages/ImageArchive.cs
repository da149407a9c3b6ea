using System.Formats.Tar;
using System.Text.Json;

namespace ClusterPanel.Infrastructure.Packages;

/// <summary>Reads the names of the images in an archive that docker, ctr or skopeo saved.</summary>
internal static class ImageArchive
{
    private const int MostEntries = 100_000;
    private const long LongestIndex = 16 * 1024 * 1024;
    private static readonly string[] NameAnnotations = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

    /// <summary>Reads the archive once, wherever in it the index is.</summary>
    public static IReadOnlyList<string> ReadNames(Stream stream)
    {
        List<string> fromManifest = [];
        List<string> fromIndex = [];
        using var tar = new TarReader(stream, leaveOpen: true);
        var entries = 0;
        while (tar.GetNextEntry() is { } entry)
        {
            if (++entries > MostEntries)
            {
                throw new PackageProblemException($"images/images.tar holds more than {MostEntries} files");
            }

            if (entry.DataStream is not { } data)
            {
                continue;
            }

            switch (entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name)
            {
                case "manifest.json":
                    fromManifest.AddRange(Names(Parse(entry, data), RepositoryTags));
                    break;
                case "index.json":
                    fromIndex.AddRange(Names(Parse(entry, data), Annotations));
                    break;
            }
        }

        // docker writes both; the tags are what people know.
        return [.. (fromManifest.Count > 0 ? fromManifest : fromIndex).Distinct().Order(StringComparer.Ordinal)];
    }

    private static JsonDocument Parse(TarEntry entry, Stream data) =>
        entry.Length <= LongestIndex ? JsonDocument.Parse(data) : throw new PackageProblemException($"{entry.Name} in images/images.tar is too long");

    private static List<string> Names(JsonDocument document, Func<JsonElement, IEnumerable<JsonElement>> find)
    {
        using (document)
        {
            return [.. find(document.RootElement).Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!).Where(n => n.Length > 0)];
        }
    }

    private static IEnumerable<JsonElement> RepositoryTags(JsonElement root) =>
        Items(root).SelectMany(image => image.ValueKind == JsonValueKind.Object && image.TryGetProperty("RepoTags", out var tags) ? Items(tags) : default);

    private static IEnumerable<JsonElement> Annotations(JsonElement root)
    {
        var manifests = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("manifests", out var list) ? Items(list) : default;
        foreach (var manifest in manifests)
        {
            if (manifest.ValueKind == JsonValueKind.Object && manifest.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object)
            {
                foreach (var annotation in NameAnnotations)
                {
                    if (annotations.TryGetProperty(annotation, out var name))
                    {
                        yield return name;
                        break;
                    }
                }
            }
        }
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : default;
}
