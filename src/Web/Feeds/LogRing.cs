using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Web.Feeds;

/// <summary>The newest lines of a log, in order. Not thread-safe.</summary>
public sealed class LogRing(int capacity)
{
    private readonly List<LogLine> _lines = [];
    private int _room = capacity;

    /// <summary>How many lines a viewer keeps.</summary>
    public const int Capacity = 10_000;

    public IReadOnlyList<LogLine> Lines => _lines;

    public int Count => _lines.Count;

    /// <summary>Sequence of the last line, or 0.</summary>
    public long Last => _lines.Count > 0 ? _lines[^1].Sequence : 0;

    /// <summary>Sequence of the first line kept, or 0.</summary>
    public long First => _lines.Count > 0 ? _lines[0].Sequence : 0;

    /// <summary>Adds lines that follow the last one, dropping the oldest beyond the capacity. Lines that are there already are passed over.</summary>
    public void Append(IEnumerable<LogLine> lines)
    {
        var last = Last;
        _lines.AddRange(lines.Where(l => l.Sequence > last));
        if (_lines.Count > _room)
        {
            _lines.RemoveRange(0, _lines.Count - _room);
        }
    }

    /// <summary>Puts older lines in front, beyond the capacity if need be: the operator asked for them.</summary>
    public void Prepend(IReadOnlyList<LogLine> lines)
    {
        var first = First;
        _lines.InsertRange(0, first == 0 ? lines : lines.Where(l => l.Sequence < first));
        _room = Math.Max(_room, _lines.Count);
    }

    /// <summary>The lines after a sequence number.</summary>
    public IReadOnlyList<LogLine> After(long sequence)
    {
        var (low, high) = (0, _lines.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _lines[middle].Sequence > sequence ? (low, middle) : (middle + 1, high);
        }

        return _lines.GetRange(low, _lines.Count - low);
    }
}
