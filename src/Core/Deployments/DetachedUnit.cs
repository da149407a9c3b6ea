using System.Globalization;
using System.Text;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// A long command under a transient systemd unit: it outlives the link, the panel, and is found again by its name. Its files
/// are in <c>/var/lib/clusterpanel/run/NAME</c>: <c>boot</c> (boot id when started), <c>script</c>, <c>input</c>, <c>out</c>,
/// <c>err</c>, and <c>code</c>, which is renamed into place at the end. Uses nothing newer than systemd 219 (no --collect, no --pipe).
/// </summary>
/// <param name="Name">Unit name without suffix, unique per deployment, stage, host, attempt and command.</param>
public sealed record DetachedUnit(string Name)
{
    /// <summary>Bytes of each stream that one <see cref="Follow"/> brings at most.</summary>
    public const int ChunkBytes = 128 * 1024;

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
        /bin/sh script < input > out 2> err
        code=$?
        rm -f input
        echo "$code" > code.new
        mv code.new code
        CLUSTERPANEL_MAIN
        : > "$d/out"
        : > "$d/err"
        cat /proc/sys/kernel/random/boot_id > "$d/boot"
        systemd-run --quiet --unit={{Name}} /bin/sh "$d/main" 9>&-
        """;

    /// <summary>
    /// Text that brings what both streams have grown since the given offsets. Waits up to ten seconds for something to happen.
    /// Prints one line <c>STATE OUT ERR CODE</c> and then OUT bytes of standard output and ERR bytes of standard error. STATE is
    /// running, ended (CODE is the exit code, everything has been brought), more (ended, but there is more to bring), rebooted,
    /// lost (the unit is gone and left no code) or absent.
    /// </summary>
    public string Follow(long output, long error) => string.Create(CultureInfo.InvariantCulture, $$"""
        d={{Directory}}
        [ -e "$d/boot" ] || { echo "absent 0 0 -"; exit 0; }
        i=0
        while :; do
          state=running code=-
          if [ -e "$d/code" ]; then state=ended; read -r code < "$d/code"
          elif [ "$(cat "$d/boot")" != "$(cat /proc/sys/kernel/random/boot_id)" ]; then state=rebooted
          else
            case "$(systemctl is-active {{Name}}.service 2>/dev/null)" in
              active|activating|deactivating|reloading) ;;
              *) if [ -e "$d/code" ]; then state=ended; read -r code < "$d/code"; else state=lost; fi ;;
            esac
          fi
          o=$(($(wc -c < "$d/out") - {{output}}))
          e=$(($(wc -c < "$d/err") - {{error}}))
          if [ "$state" != running ] || [ "$o" -gt 0 ] || [ "$e" -gt 0 ] || [ "$i" -ge 50 ]; then break; fi
          i=$((i + 1))
          sleep 0.2
        done
        if [ "$o" -gt {{ChunkBytes}} ]; then o={{ChunkBytes}}; [ "$state" != ended ] || state="more"; fi
        if [ "$e" -gt {{ChunkBytes}} ]; then e={{ChunkBytes}}; [ "$state" != ended ] || state="more"; fi
        echo "$state $o $e $code"
        tail -c +{{output + 1}} "$d/out" 2>/dev/null | head -c "$o"
        tail -c +{{error + 1}} "$d/err" 2>/dev/null | head -c "$e"
        """);

    /// <summary>Text that forgets the unit's files, so that the same name can run anew. Goes behind a <see cref="Fence"/>.</summary>
    public string Forget() => $"systemctl reset-failed {Name}.service 2>/dev/null || :\nrm -rf {Directory}";

    /// <summary>Text that lists the units of an attempt that were started, running or ended, one name per line.</summary>
    public static string ListStarted(string prefix) => $$"""
        for d in /var/lib/clusterpanel/run/{{prefix}}*; do
          if [ -e "$d/boot" ]; then echo "${d##*/}"; fi
        done
        """;

    // Host names are letters, digits, dots and hyphens; a dot would be fine for systemd, but reads like a suffix.
    private static string Clean(string host) => new StringBuilder(host).Replace('.', '_').ToString();
}
