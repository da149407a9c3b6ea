using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Web.Feeds;

/// <summary>
/// One viewer's lines. Without a filter they come from the shared ring; with one, the database is asked again whenever the
/// feed tells of new lines, so that the filter and the search reach the whole log.
/// </summary>
public sealed class LogTail(DeploymentService deployments, Guid deploymentId, DeploymentWatch watch, string? host, string? stage, string? search)
{
    private const int Page = 2000;
    private readonly LogRing _ring = new(LogRing.Capacity);
    private long _after;

    /// <summary>The lines to show.</summary>
    public IReadOnlyList<LogLine> Lines => _ring.Lines;

    /// <summary>True when only some lines are asked for.</summary>
    public bool IsFiltered => host is not null || stage is not null || search is not null;

    /// <summary>True when lines before the first one shown exist.</summary>
    public bool HasOlder { get; private set; }

    /// <summary>How often lines were taken over; changes whenever <see cref="Lines"/> does.</summary>
    public int Version { get; private set; }

    /// <summary>Takes over what is new.</summary>
    public async Task PullAsync(CancellationToken cancellationToken)
    {
        var end = watch.LastSequence;
        if (end <= _after)
        {
            return;
        }

        if (IsFiltered)
        {
            await PullFilteredAsync(end, cancellationToken);
        }
        else
        {
            _ring.Append(watch.LinesAfter(_after));
            _after = _ring.Last;
            HasOlder = _ring.First > 1;
        }

        Version++;
    }

    /// <summary>Puts the lines before the first one in front. Only without a filter.</summary>
    public async Task LoadOlderAsync(CancellationToken cancellationToken)
    {
        if (!HasOlder || IsFiltered)
        {
            return;
        }

        var from = Math.Max(0, _ring.First - 1 - Page);
        var lines = await deployments.ReadLogAsync(deploymentId, new LogQuery(from, (int)(_ring.First - 1 - from)), cancellationToken);
        _ring.Prepend(lines);
        HasOlder = _ring.First > 1;
        Version++;
    }

    private async Task PullFilteredAsync(long end, CancellationToken cancellationToken)
    {
        while (true)
        {
            var query = new LogQuery(_after, Page) { Host = host, Stage = stage, Search = search };
            var lines = await deployments.ReadLogAsync(deploymentId, query, cancellationToken);
            HasOlder |= _ring.Count + lines.Count > LogRing.Capacity;
            _ring.Append(lines);
            if (lines.Count < Page)
            {
                // Everything up to what was known before the query has been looked through.
                _after = Math.Max(end, _ring.Last);
                return;
            }

            _after = lines[^1].Sequence;
        }
    }
}
