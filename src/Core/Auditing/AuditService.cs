using System.Globalization;
using ClusterPanel.Core.Access;

namespace ClusterPanel.Core.Auditing;

/// <summary>The audit log, for administrators. Reading it is itself an entry.</summary>
public sealed class AuditService(IAccess access, IAuditStore store)
{
    /// <summary>Most entries that one question gets.</summary>
    public const int MostAtOnce = 500;

    private const int LongestSearch = 200;

    /// <summary>Entries, newest first. Every reading is noted.</summary>
    /// <exception cref="InvalidInputException">A part of the question is wrong.</exception>
    /// <exception cref="AccessDeniedException">The asker is no administrator.</exception>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Administrator, cancellationToken);
        InvalidInputException.ThrowIfAny(Check(query));
        var which = query.Search is { Length: > 0 } search ? $"entries with \"{search}\"" : "all entries";
        await store.AddAsync(actor.Did("audit.read", query.Before is { } before ? string.Create(CultureInfo.InvariantCulture, $"{which}, those before {before}") : which), cancellationToken);
        return await store.ReadAsync(query, cancellationToken);
    }

    private static List<FieldError> Check(AuditQuery query)
    {
        var errors = new List<FieldError>();
        if (query.Take is < 1 or > MostAtOnce)
        {
            errors.Add(new("take", string.Create(CultureInfo.InvariantCulture, $"1 to {MostAtOnce} entries can be asked for at once.")));
        }

        if (query.Before is < 1)
        {
            errors.Add(new("before", "Send the number of an entry: those before it are answered."));
        }

        // It becomes part of the entry that tells of the reading.
        if (query.Search is { } search && (search.Length > LongestSearch || !InputText.IsPlain(search)))
        {
            errors.Add(new("search", string.Create(CultureInfo.InvariantCulture, $"Search for at most {LongestSearch} characters, without control characters.")));
        }

        return errors;
    }
}
