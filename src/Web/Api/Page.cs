using ClusterPanel.Core;

namespace ClusterPanel.Web.Api;

/// <summary>A part of a list.</summary>
/// <param name="Items">What was asked for.</param>
/// <param name="Total">How many there are in all.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, int Total)
{
    private const int Most = 500;

    /// <summary>Cuts the part out of a whole list.</summary>
    /// <exception cref="InvalidInputException">There is no such part.</exception>
    public static Page<T> Of<TAll>(IReadOnlyCollection<TAll> all, int? skip, int? take, Func<TAll, T> select)
    {
        if (skip is < 0)
        {
            throw new InvalidInputException("skip", "It must be 0 or more.");
        }

        if (take is < 1 or > Most)
        {
            throw new InvalidInputException("take", $"It must be 1 to {Most}.");
        }

        return new([.. all.Skip(skip ?? 0).Take(take ?? 100).Select(select)], all.Count);
    }
}
