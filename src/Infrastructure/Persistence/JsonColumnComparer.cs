using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Compares by content, because records with lists in them compare those by reference. The values are immutable: no copy is needed.</summary>
internal sealed class JsonColumnComparer<T>() : ValueComparer<T>((a, b) => AreEqual(a, b), value => Hash(value), value => value)
    where T : class
{
    private static bool AreEqual(T? a, T? b) => ReferenceEquals(a, b) || (a is not null && b is not null && JsonColumn<T>.Write(a) == JsonColumn<T>.Write(b));

    private static int Hash(T value) => JsonColumn<T>.Write(value).GetHashCode(StringComparison.Ordinal);
}
