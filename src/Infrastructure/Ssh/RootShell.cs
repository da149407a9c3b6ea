using System.Text;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>
/// How a script becomes root: over standard input into a small fixed reader. Neither the script nor a secret is ever on a
/// command line, where every user of the host could read it.
/// </summary>
internal static class RootShell
{
    /// <summary>The line after which the script begins.</summary>
    public const string Begin = "clusterpanel-begin";

    /// <summary>The line that ends the script; the command's own input follows.</summary>
    public const string End = "clusterpanel-end";

    /// <summary>The line the reader prints when it has the whole script and runs it.</summary>
    public const string Started = "clusterpanel-started";

    /// <summary>Exit code of the reader when the script did not arrive whole.</summary>
    public const int Incomplete = 125;

    /// <summary>Answers to <see cref="Question"/>.</summary>
    public const string IsRoot = "clusterpanel-root";

    /// <summary>sudo let the question through.</summary>
    public const string HasSudo = "clusterpanel-sudo";

    /// <summary>There is no sudo.</summary>
    public const string NoSudo = "clusterpanel-no-sudo";

    // - Lines before Begin are dropped: when sudo did not ask, its password line is among them and must not become a command.
    // - Without End the link was cut while the script came: half a script must never run.
    // - "read" takes byte by byte from a pipe, so what follows End is untouched for the script.
    private const string Reader =
        "sh -c 'n=\"$(printf \"\\nx\")\"; n=\"${n%x}\"; " +
        "while IFS= read -r l && [ \"$l\" != " + Begin + " ]; do :; done; " +
        "s=; while IFS= read -r l && [ \"$l\" != " + End + " ]; do s=\"$s$l$n\"; done; " +
        "[ \"$l\" = " + End + " ] || exit 125; " +
        "echo " + Started + "; eval \"$s\"'";

    // Runs its arguments and then takes what they left of the input. A command that ended earlier would close its channel while
    // input is still under way, and sshd answers that with the end of the whole connection (it may also be sudo that ends early).
    private const string Draining = "sh -c '\"$@\"; r=$?; cat >/dev/null; exit $r' sh ";

    /// <summary>Asks, as the login user, how to become root. Cached sudo tickets are ignored, so the answer holds for later.</summary>
    public static string Question(bool withPassword) =>
        Draining + "sh -c 'LC_ALL=C; export LC_ALL; if [ \"$(id -u)\" = 0 ]; then echo " + IsRoot + "; exit; fi; " +
        "command -v sudo >/dev/null 2>&1 || { echo " + NoSudo + "; exit; }; " +
        "sudo -k " + (withPassword ? "-S -p \"\"" : "-n") + " -- true && echo " + HasSudo + "'";

    /// <summary>The command line for a way to become root.</summary>
    public static string CommandLine(RootAccess access) => access switch
    {
        RootAccess.Login => Draining + Reader,
        RootAccess.Sudo => Draining + "sudo -k -n -- " + Reader,
        _ => Draining + "sudo -k -S -p \"\" -- " + Reader,
    };

    /// <summary>What goes on standard input before the command's own input.</summary>
    /// <exception cref="ArgumentException">The script contains one of the marker lines.</exception>
    public static byte[] Preamble(RootAccess access, string? sudoPassword, string script)
    {
        var text = script.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (text.Split('\n').Any(l => l is Begin or End))
        {
            throw new ArgumentException($"A script must not contain the line {Begin} or {End}.", nameof(script));
        }

        if (text.Contains('\0'))
        {
            throw new ArgumentException("A script must not contain a NUL character.", nameof(script));
        }

        var password = access == RootAccess.SudoWithPassword ? sudoPassword + "\n" : "";
        return Encoding.UTF8.GetBytes($"{password}{Begin}\n{text}{(text.EndsWith('\n') ? "" : "\n")}{End}\n");
    }

    /// <summary>Text between single quotes, for a POSIX shell.</summary>
    public static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
