using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Keeps a whole value as JSON in a text column: it is always read and written as one, and never searched by its parts.</summary>
internal sealed class JsonColumn<T>() : ValueConverter<T, string>(value => Write(value), text => Read(text))
    where T : class
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter() },
        IgnoreReadOnlyProperties = true,
    };

    public static string Write(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read(string text) => JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException($"The stored {typeof(T).Name} is empty.");
}
