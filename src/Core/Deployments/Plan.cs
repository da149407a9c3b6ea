using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// The ordered stages of a deployment, computed before anything runs, shown for confirmation and stored. What is run is
/// taken from here: a step can run no other changing text than the plan's.
/// </summary>
/// <param name="Title">What the plan does, as a heading.</param>
/// <param name="Stages">In order.</param>
public sealed record Plan(string Title, IReadOnlyList<Stage> Stages)
{
    /// <summary>SHA-256 over the whole plan, lower-case hexadecimal: equal for equal plans.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>The plan as stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions);

    /// <summary>Reads a stored plan.</summary>
    public static Plan FromJson(string json) =>
        JsonSerializer.Deserialize<Plan>(json, JsonOptions) ?? throw new JsonException("The stored plan is empty.");

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };
}
