using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClusterPanel.Infrastructure.Packages;

/// <summary>The file <c>kube/Metadata</c>.</summary>
internal sealed record PackageMetadata
{
    private const int LongestFile = 64 * 1024;

    [JsonPropertyName("k8sVersion")]
    public string? KubernetesVersion { get; init; }

    [JsonPropertyName("cniName")]
    public string? CniName { get; init; }

    [JsonPropertyName("arch")]
    public string? Architecture { get; init; }

    [JsonPropertyName("standIn")]
    public bool StandIn { get; init; }

    public static PackageMetadata Read(Stream stream, long length)
    {
        if (length > LongestFile)
        {
            throw new PackageProblemException("kube/Metadata is far too long to be the description of a package");
        }

        try
        {
            return JsonSerializer.Deserialize<PackageMetadata>(stream) ?? throw new PackageProblemException("kube/Metadata is empty");
        }
        catch (JsonException e)
        {
            throw new PackageProblemException($"kube/Metadata is not the JSON text it should be ({e.Message})");
        }
    }
}
