using System.Globalization;
using System.Text;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// A long command under a transient systemd unit: it outlives the link, the panel, and is found again by its name. Its files
/// are in <c>/var/lib/clusterpanel/run/NAME</c>: <c>boot</c> (boot id when started), <c>script</c>, <c>input</c>, <c>out</c>,
/// <c>err</c>, and <c>code</c>, which is renamed into place at the end. Of each stream the first <see cref="HeadBytes"/> are kept in
/// <c>out</c> and <c>err</c>, and the last <see cref="EndBytes"/> of what follows in <c>out.end</c> and <c>err.end</c>. Uses nothing newer
/// than systemd 219 (no --collect, no --pipe).
/// </summary>
/// <param name="Name">Unit name without suffix, unique per deployment, stage, host, attempt and command.</param>
public sealed record DetachedUnit(string Name)
{
    /// <summary>Bytes of each stream that one <see cref="Follow"/> brings at most.</summary>
    public const int ChunkBytes = 128 * 1024;

    /// <summary>Bytes of each stream that are kept on the host from its beginning; with the end, both streams need 64 MiB at most.</summary>
    public const int HeadBytes = 31 * 1024 * 1024;

    /// <summary>Bytes of each stream's end that are kept on the host when it is longer.</summary>
    public const int EndBytes = 1024 * 1024;

    private string Directory => $"/var/lib/clusterpanel/run/{Name}";

    /// <summary>The unit's name for a command of a step on a host.</summary>
    public static DetachedUnit For(Guid deployment, string stage, string host, int attempt, string command) =>
        new(string.Create(CultureInfo.InvariantCulture, $"clusterpanel-{deployment.ToString("N")[..12]}-{stage}-{Clean(host)}-{attempt}-{command}"));

    /// <summary>Prefix of the names of all units of one attempt.</summary>
    public static string Prefix(Guid deployment, string stage, string host, int attempt) => For(deployment, stage, host, attempt, "").Name;

    /// <summary>
    /// Text that starts the unit, or does nothing when it was started before. Goes behind a <see cref="Fence"/>; the unit's own
    /// script is fenced as well, because it runs after this text has given the lock back.
    /// </summary>
    public string Start(string guardedScript) => $$"""
        d={{Directory}}
        if [ -e "$d/boot" ]; then
          cat >/dev/null
          exit 0
        fi
        rm -rf "$d"
        mkdir -p "$d"
        chmod 700 /var/lib/clusterpanel/run "$d"
        umask 077
        cat > "$d/input"
        cat > "$d/script" <<'CLUSTERPANEL_SCRIPT'
        {{guardedScript}}
        CLUSTERPANEL_SCRIPT
        cat > "$d/main" <<'CLUSTERPANEL_MAIN'
        cd {{Directory}} || exit 1
        # Without a buffer, because whoever watches wants every line at once.
        keep() {
          stdbuf -o0 head -c {{HeadBytes}} > "$1"
          { tee /dev/fd/4 | wc -l > "$1.rest"; } 4>&1 | tail -c {{EndBytes}} > "$1.end"
        }
        {
          {
            /bin/sh script < input 2>&3 3>&-
            echo "$?" > status
          } | keep out 3>&-
        } 3>&1 | keep err
        rm -f input
        mv status code
        CLUSTERPANEL_MAIN
        : > "$d/out"
        : > "$d/err"
        cat /proc/sys/kernel/random/boot_id > "$d/boot"
        systemd-run --quiet --unit={{Name}} /bin/sh "$d/main" 9>&-
        """;

    /// <summary>
    /// Text that brings what both streams have grown since the given offsets. Waits up to ten seconds for something to happen.
    /// Prints one line <c>STATE OUT ERR CODE</c> and then OUT bytes of standard output and ERR bytes of standard error. STATE is
    /// running, ended (CODE is the exit code, everything has been brought), more (over, but there is more to bring), rebooted,
    /// lost (the unit is gone and left no code) or absent.
    /// </summary>
    public string Follow(long output, long error) => string.Create(CultureInfo.InvariantCulture, $$"""
        d={{Directory}}
        [ -e "$d/boot" ] || { echo "absent 0 0 -"; exit 0; }
        read -r begun _ < /proc/uptime
        read -r boot < "$d/boot" || :
        read -r current < /proc/sys/kernel/random/boot_id
        round=0
        while :; do
          state=running code=-
          if [ -s "$d/code" ]; then state=ended; read -r code < "$d/code"
          elif [ "$boot" != "$current" ]; then state=rebooted
          elif [ $((round % 10)) = 0 ]; then
            # Every two seconds: to ask systemd is most of this loop's work.
            case "$(systemctl is-active {{Name}}.service 2>/dev/null)" in
              active|activating|deactivating|reloading) ;;
              *) if [ -s "$d/code" ]; then state=ended; read -r code < "$d/code"; else state=lost; fi ;;
            esac
          fi
          round=$((round + 1))
          o=$(($(wc -c < "$d/out") - {{output}}))
          e=$(($(wc -c < "$d/err") - {{error}}))
          # After a power cut the files may be shorter than what was read of them.
          [ "$o" -ge 0 ] || o=0
          [ "$e" -ge 0 ] || e=0
          read -r now _ < /proc/uptime
          if [ "$state" != running ] || [ "$o" -gt 0 ] || [ "$e" -gt 0 ] || [ $((${now%.*} - ${begun%.*})) -ge 10 ]; then break; fi
          sleep 0.2
        done
        if [ "$o" -gt {{ChunkBytes}} ]; then o={{ChunkBytes}}; [ "$state" = running ] || state="more"; fi
        if [ "$e" -gt {{ChunkBytes}} ]; then e={{ChunkBytes}}; [ "$state" = running ] || state="more"; fi
        echo "$state $o $e $code"
        tail -c +{{output + 1}} "$d/out" 2>/dev/null | head -c "$o"
        tail -c +{{error + 1}} "$d/err" 2>/dev/null | head -c "$e"
        """);

    /// <summary>
    /// Text that brings what lies beyond <see cref="HeadBytes"/>: one line <c>OUT OUTLINES ERR ERRLINES</c> (bytes that are kept of
    /// each end, and lines there were after the beginning), then the ends.
    /// </summary>
    public string Ends() => $$"""
        cd {{Directory}} || exit 1
        echo "$(wc -c < out.end) $(cat out.rest) $(wc -c < err.end) $(cat err.rest)"
        cat out.end err.end
        """;

    /// <summary>
    /// Text that ends the unit and waits until it has ended: SIGTERM to all its processes, SIGKILL after ten seconds. What it was
    /// given on standard input is removed. Goes behind <see cref="Fence.Check"/>, because the unit itself holds the host's lock.
    /// </summary>
    public string Stop() => $$"""
        systemctl stop --no-block {{Name}}.service 2>/dev/null || :
        i=0
        while :; do
          case "$(systemctl is-active {{Name}}.service 2>/dev/null)" in
            active|activating|deactivating|reloading) ;;
            *) break ;;
          esac
          i=$((i + 1))
          if [ "$i" -eq 50 ]; then systemctl kill -s KILL {{Name}}.service 2>/dev/null || :; fi
          if [ "$i" -ge 100 ]; then echo "{{Name}} does not end" >&2; exit 1; fi
          sleep 0.2
        done
        rm -f {{Directory}}/input
        """;

    /// <summary>Text that forgets the unit's files, so that the same name can run anew. Goes behind a <see cref="Fence"/>.</summary>
    public string Forget() => $"systemctl stop {Name}.service 2>/dev/null || :\nsystemctl reset-failed {Name}.service 2>/dev/null || :\nrm -rf {Directory}";

    /// <summary>Text that lists the units of an attempt that were started, running or ended, one name per line.</summary>
    public static string ListStarted(string prefix) => $$"""
        for d in /var/lib/clusterpanel/run/{{prefix}}*; do
          if [ -e "$d/boot" ]; then echo "${d##*/}"; fi
        done
        """;

    // Host names are letters, digits, dots and hyphens; a dot would be fine for systemd, but reads like a suffix.
    private static string Clean(string host) => new StringBuilder(host).Replace('.', '_').ToString();
}
