using System.Globalization;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>
/// Clients on a worker that ask the API server through the VIP all the time: several a second with a new connection for every request,
/// each given up after a second, and one that watches over a connection it keeps.
/// </summary>
internal sealed class VipClients
{
    private const string Folder = "/root/vip-clients";
    private const string Answered = "200/0";

    // A request that curl gave up later than that after it began: curl itself was not run in time, by a machine that stood still.
    private const double Patience = 1;
    private const double StoodStill = Patience + 0.05;
    private readonly Func<string, Task<string>> _worker;
    private readonly Func<string, Task<string>> _beat;
    private readonly int _perSecond;
    private readonly List<(string Name, double Begin)> _phases = [];

    private VipClients(Func<string, Task<string>> worker, Func<string, Task<string>> beat, int perSecond) => (_worker, _beat, _perSecond) = (worker, beat, perSecond);

    /// <summary>What was seen between two marks; times in seconds.</summary>
    /// <param name="Name">Name of the phase.</param>
    /// <param name="Requests">How many requests began in it.</param>
    /// <param name="Failed">How many of them failed.</param>
    /// <param name="Stalled">How many of those did while the client itself stood still.</param>
    /// <param name="Answers">What those were answered: status codes, 000 for no answer; how curl ended (7: refused, 28: given up); where it was; which checks did not pass, and by which master.</param>
    /// <param name="Failing">From the beginning of the first request that failed to the end of the last.</param>
    /// <param name="Gap">The longest time in which no request succeeded, beyond the schedule's own.</param>
    /// <param name="WatchClosed">How often the watch's connection ended.</param>
    /// <param name="WatchGap">The longest time in which the watch saw nothing; something happens every second.</param>
    public sealed record Phase(string Name, int Requests, int Failed, int Stalled, string Answers, double Failing, double Gap, int WatchClosed, double WatchGap);

    // A line of a client: when it began, how long it took, what came of it, and how far it was then; of one that failed, also the checks
    // that did not pass and the master that was asked.
    private sealed record Seen(double At, double For, string Word, string Stage);

    /// <summary>Begins on a lab host; the certificate of the watching client is the admin's of that master.</summary>
    public static Task<VipClients> StartAsync(LabHosts lab, string worker, string master, string vip, int perSecond = 10)
    {
        Task<string> Run(string script) => lab.RunAsync(worker, script);
        return StartAsync(lab, master, vip, worker, Run, Run, perSecond);
    }

    /// <summary>Begins wherever the first runs shell texts; where the second does, something is done every second that the watch can see.</summary>
    public static async Task<VipClients> StartAsync(LabHosts lab, string master, string vip, string node, Func<string, Task<string>> worker, Func<string, Task<string>> beat, int perSecond)
    {
        string[] fields = ["client-certificate-data", "client-key-data"];
        foreach (var field in fields)
        {
            var text = await lab.RunAsync(master, $"sed -n 's/^ *{field}: //p' /etc/kubernetes/admin.conf | base64 -d");
            foreach (var on in new HashSet<Func<string, Task<string>>> { worker, beat })
            {
                await on($"umask 077; mkdir -p {Folder}; cat > {Folder}/{field} <<'PEM'\n{text.Trim()}\nPEM");
            }
        }

        var admin = $"--noproxy '*' --cacert /etc/clusterpanel/ca.crt --cert {Folder}/client-certificate-data --key {Folder}/client-key-data";
        var url = $"https://{vip}:6443";

        // One curl asks once a second: no process is begun for a request, which slow guests could not do as often.
        await worker($$$"""
            cat > {{{Folder}}}/new <<'SH'
            #!/bin/bash
            for each in $(seq {{{perSecond}}}); do
              while :; do
                curl -sN --http1.1 -H 'Connection: close' --no-sessionid --rate 1/s --max-time {{{Patience.ToString(CultureInfo.InvariantCulture)}}} -w '\n%{time_total} %{http_code}/%{exitcode} %{time_connect} %{time_appconnect} %{local_port}\n' \
                  --noproxy '*' --cacert /etc/clusterpanel/ca.crt '{{{url}}}/readyz?[1-100000]' |
                  while read -r answer; do
                    case $answer in
                      '[-]'*) why+=" ${answer%% *}"; continue ;;
                      [0-9]*) ;;
                      *) continue ;;
                    esac
                    now=$EPOCHREALTIME
                    if [ "${answer#* 200/}" = "$answer" ]; then
                      why+=" by $(conntrack -L -p tcp --orig-port-src "${answer##* }" --orig-dst {{{vip}}} 2>/dev/null | sed 's/.* src=\([^ ]*\) dst=.*/\1/')"
                    fi
                    echo "$now $answer$why"
                    why=
                  done >> {{{Folder}}}/new.log
                sleep 1
              done &
              sleep {{{(1.0 / perSecond).ToString("0.00", CultureInfo.InvariantCulture)}}}
            done
            wait
            SH
            cat > {{{Folder}}}/watch <<'SH'
            #!/bin/bash
            while :; do
              curl -sN --connect-timeout 1 --keepalive-time 30 {{{admin}}} '{{{url}}}/api/v1/nodes?watch=1' |
                while read -r line; do echo "$EPOCHREALTIME 0 event"; done >> {{{Folder}}}/watch.log
              echo "$EPOCHREALTIME 0 closed" >> {{{Folder}}}/watch.log
              sleep 0.2
            done
            SH
            chmod 755 {{{Folder}}}/new {{{Folder}}}/watch
            systemd-run -q --unit=vip-new {{{Folder}}}/new
            systemd-run -q --unit=vip-watch {{{Folder}}}/watch
            """);
        await beat($$$"""
            cat > {{{Folder}}}/beat <<'SH'
            #!/bin/sh
            while :; do
              for try in 1 2 3; do
                echo "{\"metadata\": {\"annotations\": {\"beat\": \"$(date +%s.%N)\"} } }" | curl -sf -o /dev/null --max-time 1 {{{admin}}} \
                  -X PATCH -H 'Content-Type: application/merge-patch+json' -d @- {{{url}}}/api/v1/nodes/{{{node}}} && break
              done
              sleep 1
            done
            SH
            chmod 755 {{{Folder}}}/beat
            systemd-run -q --unit=vip-beat {{{Folder}}}/beat
            """);
        return new VipClients(worker, beat, perSecond);
    }

    /// <summary>From now on it is that phase.</summary>
    public void Mark(string phase) => _phases.Add((phase, Now()));

    /// <summary>Stops them, removes what is theirs, and tells the phases.</summary>
    public async Task<IReadOnlyList<Phase>> EndAsync()
    {
        _phases.Add(("", Now()));
        await _beat(Stop("vip-beat"));
        await _worker(Stop("vip-new vip-watch"));
        var requests = (await ReadAsync("new.log")).OrderBy(r => r.At).ToList();
        var watch = (await ReadAsync("watch.log")).OrderBy(w => w.At).ToList();
        await _worker($"rm -rf {Folder}");
        await _beat($"rm -rf {Folder}");
        return [.. _phases.Zip(_phases.Skip(1)).Select(p => Of(p.First.Name, p.First.Begin, p.Second.Begin, requests, watch))];
    }

    /// <summary>The phases as a table.</summary>
    public static string Table(IEnumerable<Phase> phases) => string.Join('\n', (string[])
    [
        "| Meanwhile | Requests | Failed | Client stood still | Answers | First to last failed, s | Longest gap, s | Watch ended | It saw nothing for, s |",
        "|---|---:|---:|---:|---|---:|---:|---:|---:|",
        .. phases.Select(p => string.Create(CultureInfo.InvariantCulture, $"| {p.Name} | {p.Requests} | {p.Failed} | {p.Stalled} | {p.Answers} | {p.Failing:0.0} | {p.Gap:0.0} | {p.WatchClosed} | {p.WatchGap:0.0} |")),
    ]) + "\n";

    private static string Stop(string units) => $"systemctl stop {units}; systemctl reset-failed {units} 2>/dev/null || :";

    private Phase Of(string name, double begin, double end, List<Seen> requests, List<Seen> watch)
    {
        var own = requests.Where(r => r.At >= begin && r.At < end).ToList();
        var failed = own.Where(r => r.Word != Answered).ToList();
        var stalls = requests.Where(r => r.For > StoodStill).ToList();
        var seen = watch.Where(w => w.At >= begin && w.At < end).ToList();
        return new Phase(
            name,
            own.Count,
            failed.Count,
            failed.Count(r => stalls.Any(s => s.At <= r.At + r.For && s.At + s.For >= r.At)),
            string.Join(", ", failed.CountBy(r => $"{r.Word} {r.Stage}").Select(c => $"{c.Value}×{c.Key}")),
            failed.Count == 0 ? 0 : failed.Max(r => r.At + r.For) - failed[0].At,
            Math.Max(0, Silence(own.Where(r => r.Word == Answered).Select(r => r.At), begin, end) - 1.0 / _perSecond),
            seen.Count(w => w.Word == "closed"),
            Silence(seen.Where(w => w.Word == "event").Select(w => w.At), begin, end));
    }

    private static double Silence(IEnumerable<double> times, double begin, double end)
    {
        List<double> all = [begin, .. times, end];
        return all.Zip(all.Skip(1)).Max(p => p.Second - p.First);
    }

    // Lines tell the end, how long it took, how it ended, and after how long there was a connection: by TCP, by TLS. Then its port, and why it failed.
    private async Task<IEnumerable<Seen>> ReadAsync(string file) => (await _worker($"cat {Folder}/{file}"))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).Where(w => w.Length >= 3)
        .Select(w => new Seen(Number(w[0]) - Number(w[1]), Number(w[1]), w[2], w.Length < 5 || Number(w[4]) > 0 ? string.Join(' ', ["answer", .. w.Skip(6)]) : Number(w[3]) > 0 ? "TLS" : "TCP"));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
}
