using System.Globalization;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>
/// Two clients on a worker that ask the API server through the VIP all the time: one with a new connection for every request on a
/// fixed schedule, given up after a second, and one that watches over a connection it keeps.
/// </summary>
internal sealed class VipClients(LabHosts lab, string worker)
{
    private const double Schedule = 0.1;
    private const string Folder = "/root/vip-clients";
    private readonly List<(string Name, double Begin)> _phases = [];

    /// <summary>What was seen between two marks; times in seconds.</summary>
    /// <param name="Name">Name of the phase.</param>
    /// <param name="Requests">How many requests began in it.</param>
    /// <param name="Failed">How many of them failed.</param>
    /// <param name="Answers">What those were answered: status codes, 000 for no answer within a second.</param>
    /// <param name="Gap">The longest time in which no request succeeded, beyond the schedule's own.</param>
    /// <param name="WatchClosed">How often the watch's connection ended.</param>
    /// <param name="WatchGap">The longest time in which the watch saw nothing; something happens every second.</param>
    public sealed record Phase(string Name, int Requests, int Failed, string Answers, double Gap, int WatchClosed, double WatchGap);

    /// <summary>Begins; the certificate of the watching client is the admin's of that master.</summary>
    public static async Task<VipClients> StartAsync(LabHosts lab, string worker, string master, string vip)
    {
        string[] fields = ["client-certificate-data", "client-key-data"];
        foreach (var field in fields)
        {
            var text = await lab.RunAsync(master, $"sed -n 's/^ *{field}: //p' /etc/kubernetes/admin.conf | base64 -d");
            await lab.RunAsync(worker, $"umask 077; mkdir -p {Folder}; cat > {Folder}/{field} <<'PEM'\n{text.Trim()}\nPEM");
        }

        var url = $"https://{vip}:6443";
        await lab.RunAsync(worker, $$$"""
            cat > {{{Folder}}}/new <<'SH'
            #!/bin/sh
            while :; do
              ( t=$(date +%s.%N); echo "$t $(curl -s -o /dev/null -w '%{http_code}' --noproxy '*' --max-time 1 --cacert /etc/clusterpanel/ca.crt {{{url}}}/readyz)" >> {{{Folder}}}/new.log ) &
              sleep {{{Schedule.ToString(CultureInfo.InvariantCulture)}}}
            done
            SH
            cat > {{{Folder}}}/watch <<'SH'
            #!/bin/sh
            while :; do
              curl -sN --noproxy '*' --connect-timeout 1 --cacert /etc/clusterpanel/ca.crt --cert {{{Folder}}}/client-certificate-data --key {{{Folder}}}/client-key-data \
                '{{{url}}}/api/v1/nodes?watch=1' | while read -r line; do echo "$(date +%s.%N) event" >> {{{Folder}}}/watch.log; done
              echo "$(date +%s.%N) closed" >> {{{Folder}}}/watch.log
              sleep 0.2
            done
            SH
            # Something to see every second for the client that watches.
            cat > {{{Folder}}}/beat <<'SH'
            #!/bin/sh
            while :; do
              echo "{\"metadata\": {\"annotations\": {\"beat\": \"$(date +%s)\"} } }" | curl -s -o /dev/null --noproxy '*' --max-time 1 --cacert /etc/clusterpanel/ca.crt \
                --cert {{{Folder}}}/client-certificate-data --key {{{Folder}}}/client-key-data -X PATCH -H 'Content-Type: application/merge-patch+json' -d @- {{{url}}}/api/v1/nodes/{{{worker}}}
              sleep 1
            done
            SH
            chmod 755 {{{Folder}}}/new {{{Folder}}}/watch {{{Folder}}}/beat
            systemd-run -q --unit=vip-new {{{Folder}}}/new
            systemd-run -q --unit=vip-watch {{{Folder}}}/watch
            systemd-run -q --unit=vip-beat {{{Folder}}}/beat
            """);
        return new VipClients(lab, worker);
    }

    /// <summary>From now on it is that phase.</summary>
    public void Mark(string phase) => _phases.Add((phase, Now()));

    /// <summary>Stops them, removes what is theirs, and tells the phases.</summary>
    public async Task<IReadOnlyList<Phase>> EndAsync()
    {
        _phases.Add(("", Now()));
        await lab.RunAsync(worker, "systemctl stop vip-new vip-watch vip-beat; systemctl reset-failed vip-new vip-watch vip-beat 2>/dev/null || :; sleep 1.5");
        var requests = (await ReadAsync("new.log")).Select(w => (w.At, Ok: w.Word == "200", w.Word)).OrderBy(r => r.At).ToList();
        var watch = (await ReadAsync("watch.log")).OrderBy(w => w.At).ToList();
        await lab.RunAsync(worker, $"rm -rf {Folder}");
        return [.. _phases.Zip(_phases.Skip(1)).Select(p => Of(p.First.Name, p.First.Begin, p.Second.Begin, requests, watch))];
    }

    /// <summary>The phases as a table.</summary>
    public static string Table(IEnumerable<Phase> phases) => string.Join('\n', (string[])
    [
        "| Meanwhile | Requests | Failed | Answers | Longest gap, s | Watch ended | It saw nothing for, s |",
        "|---|---:|---:|---|---:|---:|---:|",
        .. phases.Select(p => string.Create(CultureInfo.InvariantCulture, $"| {p.Name} | {p.Requests} | {p.Failed} | {p.Answers} | {p.Gap:0.0} | {p.WatchClosed} | {p.WatchGap:0.0} |")),
    ]) + "\n";

    private static Phase Of(string name, double begin, double end, List<(double At, bool Ok, string Word)> requests, List<(double At, string Word)> watch)
    {
        var own = requests.Where(r => r.At >= begin && r.At < end).ToList();
        var seen = watch.Where(w => w.At >= begin && w.At < end).ToList();
        return new Phase(
            name,
            own.Count,
            own.Count(r => !r.Ok),
            string.Join(' ', own.Where(r => !r.Ok).CountBy(r => r.Word).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value}×{c.Key}"))),
            Math.Max(0, Silence(own.Where(r => r.Ok).Select(r => r.At), begin, end) - Schedule),
            seen.Count(w => w.Word == "closed"),
            Silence(seen.Where(w => w.Word == "event").Select(w => w.At), begin, end));
    }

    private static double Silence(IEnumerable<double> times, double begin, double end)
    {
        List<double> all = [begin, .. times, end];
        return all.Zip(all.Skip(1)).Max(p => p.Second - p.First);
    }

    private async Task<IEnumerable<(double At, string Word)>> ReadAsync(string file) => (await lab.RunAsync(worker, $"cat {Folder}/{file}"))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).Where(w => w.Length == 2)
        .Select(w => (double.Parse(w[0], CultureInfo.InvariantCulture), w[1]));

    private static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
}
