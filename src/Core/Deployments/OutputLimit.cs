using System.Globalization;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// Passes on the lines of a detached command up to a limit; beyond it only the last ones are kept, and how many were left out is
/// counted. What is held back is not noted as read, so that a process that goes on after this one counts it anew.
/// </summary>
internal sealed class OutputLimit
{
    /// <summary>Lines of the end that are kept.</summary>
    public const int EndLines = 500;

    private readonly long _limit;
    private readonly Queue<OutputLine> _end = new();
    private long _passed;
    private long _dropped;

    /// <summary>Begins where an earlier process stopped.</summary>
    /// <param name="limit">Bytes that are passed on.</param>
    /// <param name="read">Bytes that are in the log already.</param>
    public OutputLimit(long limit, long read) => (_limit, _passed) = (limit, read);

    /// <summary>True when lines are held back.</summary>
    public bool IsReached => _passed >= _limit;

    /// <summary>What goes to the log now.</summary>
    public IReadOnlyList<OutputLine> Take(IReadOnlyList<OutputLine> lines)
    {
        if (!IsReached)
        {
            _passed += lines.Sum(l => l.Text.Length + 1L);
            return lines;
        }

        foreach (var line in lines)
        {
            Hold(line);
        }

        return [];
    }

    /// <summary>Counts lines that the host itself did not keep.</summary>
    public void Drop(long lines) => _dropped += lines;

    /// <summary>What goes to the log when the command has ended: how many lines are missing, and its end.</summary>
    public IReadOnlyList<OutputLine> End() => _dropped == 0
        ? [.. _end]
        :
        [
            new(LineSource.Panel, string.Create(CultureInfo.InvariantCulture, $"… {_dropped} lines are left out here: the command has printed more than {_limit / 1048576.0:0.#} MiB (setting Log:MaxMebibytesPerCommand).")),
            .. _end,
        ];

    private void Hold(OutputLine line)
    {
        _end.Enqueue(line);
        if (_end.Count > EndLines)
        {
            _end.Dequeue();
            _dropped++;
        }
    }
}
