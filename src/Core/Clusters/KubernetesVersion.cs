using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ClusterPanel.Core.Clusters;

/// <summary>A released Kubernetes version.</summary>
/// <param name="Major">Always 1 so far.</param>
/// <param name="Minor">The minor version, which decides kubeadm's configuration API.</param>
/// <param name="Patch">The patch version.</param>
[JsonConverter(typeof(KubernetesVersionJsonConverter))]
public sealed partial record KubernetesVersion(int Major, int Minor, int Patch)
{
    /// <summary>Reads <c>v1.20.2</c> or <c>1.20.2</c>; a pre-release or build suffix is cut off.</summary>
    /// <exception cref="FormatException">It is not a version.</exception>
    public static KubernetesVersion Parse(string text) =>
        TryParse(text, out var version) ? version : throw new FormatException($"\"{text}\" is not a Kubernetes version such as v1.20.2.");

    /// <summary>Reads a version; false when it is none.</summary>
    public static bool TryParse(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out KubernetesVersion? version)
    {
        var match = Pattern().Match(text ?? "");
        version = match.Success
            ? new(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture))
            : null;
        return match.Success;
    }

    /// <summary>True when this is <paramref name="major"/>.<paramref name="minor"/> or later.</summary>
    public bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);

    /// <summary>With the leading v, as Kubernetes writes it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"v{Major}.{Minor}.{Patch}");

    [GeneratedRegex(@"^v?(\d{1,3})\.(\d{1,4})\.(\d{1,4})(?:[-+][0-9A-Za-z.+-]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    private sealed class KubernetesVersionJsonConverter : JsonConverter<KubernetesVersion>
    {
        public override KubernetesVersion Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, KubernetesVersion value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
