using System.Globalization;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>The scripts of an upload. The partial file lies beside the target and is named after its content, so that only the same content is resumed.</summary>
internal sealed class UploadScripts(string remotePath, string sha256)
{
    /// <summary>Exit code of <see cref="Append"/> when the partial file is not as long as expected.</summary>
    public const int Moved = 72;

    /// <summary>Line that <see cref="Append"/> prints when it takes no more.</summary>
    public const string Stopped = "stopped";

    /// <summary>Prints "present", or "part BYTES" and "free KIB". Ends an earlier sender that hangs on a dead link.</summary>
    public string Look => Names + """
        if [ -d "$t" ]; then echo "$t is a directory" >&2; exit 1; fi
        for f in "$t".*.part "$t".*.part.pid; do
          case "$f" in "$p"|"$p.pid") ;; *) rm -f "$f" ;; esac
        done
        if [ -f "$p.pid" ]; then
          read -r old <"$p.pid" || old=
          case "$old" in
            ''|*[!0-9]*) ;;
            *) if [ "$(readlink "/proc/$old/fd/1" 2>/dev/null)" = "$p" ]; then kill "$old" 2>/dev/null || :; fi ;;
          esac
          rm -f "$p.pid"
        fi
        if [ -f "$t" ] && [ "$(sha256sum <"$t")" = "$s  -" ]; then rm -f "$p"; echo present; exit 0; fi
        n=0
        if [ -f "$p" ]; then n=$(wc -c <"$p"); fi
        echo "part $((n))"
        echo "free $(df -Pk "$d" | sed -n '2s/^.* \([0-9][0-9]*\)  *[0-9][0-9]*% .*$/\1/p')"

        """;

    /// <summary>Appends standard input to the partial file, if that has the length we think it has.</summary>
    public string Append(long offset) => Names + (offset == 0 ? "rm -f \"$p\"; umask 077; : >\"$p\"\n" : "") + string.Create(CultureInfo.InvariantCulture, $$"""
        [ "$(($(wc -c <"$p")))" = {{offset}} ] || { echo {{Stopped}}; exit {{Moved}}; }
        sh -c 'echo $$ >"$1.pid"; exec cat >>"$1"' sh "$p" || { r=$?; echo {{Stopped}}; exit "$r"; }

        """);

    /// <summary>Prints "done" when the content is right and in place, "different" after it removed wrong content.</summary>
    public string Finish => Names + """
        rm -f "$p.pid"
        if [ "$(sha256sum <"$p")" != "$s  -" ]; then rm -f "$p"; echo different; exit 0; fi
        chmod 600 "$p"
        mv -f "$p" "$t"
        echo done

        """;

    // The directory's real path: /proc shows no other.
    private string Names => $"""
        set -eu
        export LC_ALL=C
        umask 022
        s={sha256}
        t={RootShell.Quote(remotePath)}
        [ -d "{"${t%/*}/"}" ] || mkdir -p -m 700 "{"${t%/*}/"}"
        d=$(cd "{"${t%/*}/"}" && pwd -P)
        t="{"${d%/}/${t##*/}"}"
        p="$t.{sha256[..12]}.part"

        """;
}
