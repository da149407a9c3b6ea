using System.Globalization;
using System.Text;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// Turns what <see cref="DetachedUnit.Follow"/> prints into log lines. The offsets it reports end at the last complete line,
/// so that a follower that begins there anew neither loses nor doubles anything.
/// </summary>
public sealed class UnitFollower
{
    /// <summary>A line longer than this is broken.</summary>
    public const int LongestLine = 16 * 1024;

    private readonly DetachedUnit _unit;
    private readonly Pending _output;
    private readonly Pending _error;
    private readonly Queue<string> _last = new();

    /// <summary>Begins at the given offsets.</summary>
    public UnitFollower(DetachedUnit unit, StreamOffsets offsets)
    {
        _unit = unit;
        _output = new Pending(offsets.Output);
        _error = new Pending(offsets.Error);
    }

    /// <summary>The text that brings the next part.</summary>
    public string Command => _unit.Follow(_output.Read, _error.Read);

    /// <summary>The unit's state after the last part: running, more, ended, rebooted, lost or absent.</summary>
    public string State { get; private set; } = "running";

    /// <summary>True when nothing more is going to come.</summary>
    public bool Finished => State is not ("running" or "more");

    /// <summary>True when the command ran to its end and <see cref="ExitCode"/> is its own.</summary>
    public bool Ended => State == "ended";

    /// <summary>A sentence for a command that is finished and did not run to its end.</summary>
    public string WhyNotEnded => State == "rebooted"
        ? "the host was restarted while it ran; its outcome is unknown."
        : "it was ended from outside, or could not write down how it ended; its outcome is unknown.";

    /// <summary>Exit code, when <see cref="State"/> is ended.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Offsets of what was returned as lines.</summary>
    public StreamOffsets Offsets => new(_unit.Name, _output.Taken, _error.Taken);

    /// <summary>The last lines of both streams, at most 20.</summary>
    public IReadOnlyList<string> LastLines => [.. _last];

    /// <summary>Reads one answer and returns the lines it completes.</summary>
    /// <exception cref="FormatException">It is not an answer of the follow text.</exception>
    public IReadOnlyList<OutputLine> Take(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf((byte)'\n');
        var head = end < 0 ? [] : Encoding.ASCII.GetString(answer[..end]).Split(' ');
        if (head.Length != 4
            || !int.TryParse(head[1], NumberStyles.None, CultureInfo.InvariantCulture, out var output)
            || !int.TryParse(head[2], NumberStyles.None, CultureInfo.InvariantCulture, out var error)
            || answer.Length - end - 1 != output + error)
        {
            throw new FormatException($"The host answered a follow of {_unit.Name} with {answer.Length} bytes that do not fit together.");
        }

        State = head[0];
        ExitCode = State == "ended" && int.TryParse(head[3], NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 1;
        var body = answer[(end + 1)..];
        var lines = new List<OutputLine>();
        _output.Take(body[..output], Finished, LineSource.Output, lines);
        _error.Take(body[output..], Finished, LineSource.Error, lines);
        foreach (var line in lines)
        {
            _last.Enqueue(line.Text);
            if (_last.Count > 20)
            {
                _last.Dequeue();
            }
        }

        return lines;
    }

    /// <summary>Reads what <see cref="DetachedUnit.Ends"/> prints: the last lines of both streams, and how many there were before them that the host did not keep.</summary>
    /// <exception cref="FormatException">It is not an answer of that text.</exception>
    public static (IReadOnlyList<OutputLine> Lines, long Missing) ReadEnds(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf((byte)'\n');
        var numbers = head < 0 ? [] : Encoding.ASCII.GetString(answer[..head]).Split(' ').Select(n => long.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToList();
        if (numbers.Count != 4 || numbers.Contains(-1) || answer.Length - head - 1 != numbers[0] + numbers[2])
        {
            throw new FormatException($"The host answered with {answer.Length} bytes that are not the ends of two streams.");
        }

        var output = EndOf(answer.Slice(head + 1, (int)numbers[0]), LineSource.Output);
        var error = EndOf(answer[(head + 1 + (int)numbers[0])..], LineSource.Error);
        return ([.. output, .. error], Math.Max(0, numbers[1] - output.Count) + Math.Max(0, numbers[3] - error.Count));
    }

    // The first line of an end is the rest of one whose beginning is missing.
    private static List<OutputLine> EndOf(ReadOnlySpan<byte> bytes, LineSource stream)
    {
        var text = Encoding.UTF8.GetString(bytes[(bytes.IndexOf((byte)'\n') + 1)..]);
        return text.Length == 0 ? [] : [.. text.TrimEnd('\n').Split('\n').Select(l => new OutputLine(stream, l.TrimEnd('\r')))];
    }

    private sealed class Pending(long offset)
    {
        private readonly List<byte> _rest = [];

        public long Taken { get; private set; } = offset;

        public long Read => Taken + _rest.Count;

        public void Take(ReadOnlySpan<byte> bytes, bool final, LineSource stream, List<OutputLine> lines)
        {
            _rest.AddRange(bytes);
            var text = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rest);
            var begin = 0;
            while (begin < text.Length)
            {
                var end = text[begin..].IndexOf((byte)'\n');
                var length = end >= 0 ? end : text.Length - begin;
                if (end < 0 && length <= LongestLine && !final)
                {
                    break;
                }

                length = length > LongestLine ? WholeLetters(text[begin..]) : length;
                lines.Add(new OutputLine(stream, Encoding.UTF8.GetString(text.Slice(begin, length)).TrimEnd('\r')));
                begin += length + (end == length ? 1 : 0);
            }

            Taken += begin;
            _rest.RemoveRange(0, begin);
        }

        // A longest line's length, or a little less: bytes 10xxxxxx go on with the letter before them (RFC 3629 §3).
        private static int WholeLetters(ReadOnlySpan<byte> text)
        {
            var length = LongestLine;
            while (length > LongestLine - 3 && (text[length] & 0xC0) == 0x80)
            {
                length--;
            }

            return length;
        }
    }
}
