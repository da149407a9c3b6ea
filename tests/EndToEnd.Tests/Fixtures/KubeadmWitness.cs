using System.Globalization;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>
/// Counts kubeadm's runs on a host independently of panel and package: a script before the real one on the panel's PATH notes
/// when a run begins and how it ends.
/// </summary>
internal sealed record KubeadmWitness(int Started, int Succeeded, int Undone, bool Overlapped)
{
    private const string Notes = "/var/log/kubeadm-runs";

    /// <summary>Puts the script on a host.</summary>
    public static Task InstallAsync(LabHosts lab, string host) => lab.RunAsync(host, $$"""
        cat > /usr/local/sbin/kubeadm <<'WITNESS'
        #!/bin/sh
        case "$1 $2" in
          init\ --*) kind=begin; last=yes ;;
          join\ --*) kind=begin; last=no; case "$*" in *--skip-phases=control-plane-join*) ;; *) last=yes ;; esac ;;
          join\ phase) kind=go-on; last=yes ;;
          reset\ *) kind=reset; last=no ;;
          *) exec /usr/bin/kubeadm "$@" ;;
        esac
        # The kernel lets go of the lock however a run ends, a power cut included.
        exec 8>/run/kubeadm-runs
        flock -n 8 || echo "overlap $$" >> {{Notes}}
        echo "$kind $$" >> {{Notes}}
        /usr/bin/kubeadm "$@" 8>&-
        code=$?
        if [ $last = yes ]; then echo "end $$ $code" >> {{Notes}}; else echo "stop $$ $code" >> {{Notes}}; fi
        exit $code
        WITNESS
        chmod 755 /usr/local/sbin/kubeadm
        : > {{Notes}}
        """);

    /// <summary>
    /// Reads what it noted. A run that a power cut ended after its last phase, so that it was neither undone nor run again, has
    /// succeeded as well.
    /// </summary>
    public static async Task<KubeadmWitness> ReadAsync(LabHosts lab, string host)
    {
        var notes = (await lab.RunAsync(host, $"cat {Notes}")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).ToList();
        var cutOff = notes.LastOrDefault(n => n[0] is "begin" or "end" or "stop" or "reset") is ["begin", _];
        return new(
            notes.Count(n => n[0] == "begin"),
            notes.Count(n => n[0] == "end" && int.Parse(n[2], CultureInfo.InvariantCulture) == 0) + (cutOff ? 1 : 0),
            notes.Count(n => n[0] == "reset"),
            notes.Any(n => n[0] == "overlap"));
    }
}
