using System.Net.Http.Json;
using System.Text.Json;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.EndToEnd.Faults;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Hosts, a panel and its database, set up for one test: hosts are added and approved, the package is registered.</summary>
internal sealed class Scenario : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string? _connectionString;
    private readonly ProcessWatch _processes = new(TimeSpan.FromMilliseconds(250));
    private readonly List<Browser> _browsers = [];

    private Scenario(LabHosts lab, PanelProcess panel, PanelBackend backend, string dataDirectory, string? connectionString)
    {
        _connectionString = connectionString;
        Lab = lab;
        Panel = panel;
        Backend = backend;
        DataDirectory = dataDirectory;
    }

    public LabHosts Lab { get; }

    public PanelProcess Panel { get; }

    public PanelBackend Backend { get; }

    public string DataDirectory { get; }

    /// <summary>What nobody may find afterwards: not in the panel's database, log and files, nor in what it answers, nor on hosts.</summary>
    public Canaries Canaries { get; } = new();

    /// <summary>The password of root and of ops on this scenario's hosts.</summary>
    public string Password { get; } = Canaries.NewPassword();

    /// <summary>Gives root and ops that password: the input of chpasswd, whose arguments everybody on the host can read.</summary>
    public string Passwords => $"root:{Password}\nops:{Password}\n";

    /// <summary>The package for quick scenarios, or null.</summary>
    public static string? StandIn => Environment.GetEnvironmentVariable("CLUSTERPANEL_STANDIN_PACKAGE") is { Length: > 0 } path ? path : null;

    /// <summary>A real Kubernetes package, or null.</summary>
    public static string? Real => Environment.GetEnvironmentVariable("CLUSTERPANEL_KUBE_PACKAGE") is { Length: > 0 } path ? path : null;

    /// <summary>Why what is too slow for every day is not run, or null.</summary>
    public static string? NotFull => Environment.GetEnvironmentVariable("CLUSTERPANEL_TEST_FULL") == "yes" ? null : "too slow for every day: run it with ./test --full";

    /// <summary>The runs of the whole crash matrix that are wanted ("Reboot-During"), or null for all: the whole takes an hour.</summary>
    public static IReadOnlyList<string>? Faults => Environment.GetEnvironmentVariable("CLUSTERPANEL_TEST_FAULTS") is { Length: > 0 } list ? list.Split(',') : null;

    public static async Task<Scenario> BeginAsync(int hosts, string? connectionString = null, IReadOnlyList<FaultPoint>? faults = null)
    {
        Assert.SkipWhen(LabHosts.Missing is not null, LabHosts.Missing ?? "");
        Assert.SkipWhen(StandIn is null, "needs the stand-in package: run it by ./test, which sets CLUSTERPANEL_STANDIN_PACKAGE");
        var data = Directory.CreateTempSubdirectory("clusterpanel-e2e-").FullName;
        File.SetUnixFileMode(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (connectionString is not null)
        {
            var key = Path.Combine(data, "master.key");
            await File.WriteAllTextAsync(key, Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)) + "\n", None);
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var lab = await LabHosts.UpAsync(hosts);
        var panel = new PanelProcess(data, connectionString);
        if (faults is not null)
        {
            panel.FaultFolder = Directory.CreateDirectory(Path.Combine(data, "faults")).FullName;
            new FaultPlan(panel.FaultFolder).Write(faults);
        }

        await panel.StartAsync();
        var scenario = new Scenario(lab, panel, await PanelBackend.OpenAsync(data, connectionString), data, connectionString);
        scenario.Canaries.Add("the hosts' password", scenario.Password);
        scenario.Canaries.Add("the master key", await File.ReadAllTextAsync(Path.Combine(data, "master.key"), None));
        await Task.WhenAll(lab.Hosts.Select(h => lab.RunAsync(h.Name, "chpasswd", scenario.Passwords)));
        return scenario;
    }

    /// <summary>A browser on the panel; what it was sent is searched with everything else.</summary>
    public async Task<Browser> BrowseAsync()
    {
        var browser = await Browser.OpenAsync(Panel.Address);
        _browsers.Add(browser);
        return browser;
    }

    /// <summary>A credential for the lab's root login.</summary>
    public Task<Credential> RootPasswordAsync() =>
        Backend.Credentials.AddAsync("root", "root", CredentialKind.Password, new CredentialSecrets { Password = Password }, None);

    /// <summary>Adds all lab hosts, and further ones, approves the keys they show, and reads their facts.</summary>
    public async Task<IReadOnlyList<Host>> AddHostsAsync(Credential credential, params NewHost[] further)
    {
        var added = await Backend.Hosts.AddAsync([.. Lab.Hosts.Select(h => new NewHost(h.Name, h.Address)), .. further], credential.Id, None);
        var known = new List<Host>();
        foreach (var host in added)
        {
            var seen = await Backend.Hosts.ReadKeyAsync(host.Id, None);
            Assert.Null(seen.LastError);
            await Backend.Hosts.TrustAsync(host.Id, seen.SeenKey!.Fingerprint, false, None);
            known.Add(await Backend.Hosts.ProbeAsync(host.Id, None));
        }

        return known;
    }

    /// <summary>A wish for a cluster of these hosts: the first ones masters, the rest workers.</summary>
    public async Task<ClusterRequest> RequestAsync(IReadOnlyList<Host> hosts, int masters, string package)
    {
        var registered = await Backend.Packages.RegisterAsync(package, None);
        return new ClusterRequest
        {
            Name = "first",
            PackageId = registered.Id,
            MasterHostIds = [.. hosts.Take(masters).Select(h => h.Id)],
            WorkerHostIds = [.. hosts.Skip(masters).Select(h => h.Id)],
        };
    }

    /// <summary>Shows the plan and confirms it.</summary>
    public async Task<Deployment> StartAsync(ClusterRequest request)
    {
        var preview = await Backend.Deployments.PreviewAsync(request, None);
        return await Backend.Deployments.StartAsync(request, preview.Hash, None);
    }

    /// <summary>Shows the plan of a change and confirms it.</summary>
    public async Task<Deployment> StartAsync(ClusterChange change)
    {
        var preview = await Backend.Changes.PreviewAsync(change, None);
        return await Backend.Changes.StartAsync(change, preview.Hash, None);
    }

    /// <summary>Makes a change and asserts that it succeeds.</summary>
    public async Task DoAsync(ClusterChange change, TimeSpan limit) => await EndsAsync(await StartAsync(change), DeploymentStatus.Succeeded, limit);

    /// <summary>Polls until the condition holds, and fails with the log's end when it does not in time.</summary>
    public async Task<Deployment> UntilAsync(Deployment deployment, Func<Deployment, IReadOnlyList<Attempt>, bool> condition, TimeSpan limit)
    {
        Deployment? now = null;
        await Poll.UntilAsync(
            async () =>
            {
                now = await Backend.Journal.FindAsync(deployment.Id, None);
                return condition(now!, await Backend.Journal.ListAttemptsAsync(deployment.Id, None));
            },
            async () => $"the deployment's condition. The log ends with:\n{await LogEndAsync(deployment)}",
            limit);
        return now!;
    }

    /// <summary>Polls a command inside a host until it succeeds. The way into the host takes longer than most commands: each time it is asked for three seconds.</summary>
    public Task UntilHostAsync(string host, string script, TimeSpan limit) =>
        Poll.UntilAsync(() => Lab.TryAsync(host, $"end=$(($(date +%s) + 3)); until {{ {script}\n}}; do [ $(date +%s) -lt $end ] || exit 1; sleep 0.2; done"), $"on {host}: {script}", limit);

    /// <summary>Waits for the deployment's end and asserts its outcome.</summary>
    public async Task<Deployment> EndsAsync(Deployment deployment, DeploymentStatus status, TimeSpan limit)
    {
        var ended = await UntilAsync(deployment, (d, _) => d.IsFinished, limit);
        Assert.True(ended.Status == status, $"{ended.Status}: {ended.Reason}\n{await LogEndAsync(deployment)}");
        return ended;
    }

    /// <summary>Every line of the log; asserts that sequence numbers have neither gap nor double.</summary>
    public async Task<IReadOnlyList<LogLine>> LogAsync(Deployment deployment)
    {
        var lines = new List<LogLine>();
        while (true)
        {
            var part = await Backend.Journal.ReadLogAsync(deployment.Id, new LogQuery(lines.Count == 0 ? 0 : lines[^1].Sequence, 5000), None);
            lines.AddRange(part);
            if (part.Count == 0)
            {
                Assert.Equal(Enumerable.Range(1, lines.Count).Select(i => (long)i), lines.Select(l => l.Sequence));
                return lines;
            }
        }
    }

    /// <summary>Searches for secrets and ends everything; what is wrong then is said by <see cref="ScenarioEndAttribute"/>, beside the failure of the test and not in its place.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await EndAsync();
        }
        catch (Exception e)
        {
            ScenarioEndAttribute.Failed(e);
        }
    }

    private async Task EndAsync()
    {
        var search = new CanarySearch(Canaries);
        try
        {
            search.Processes(await _processes.EndAsync());
            await SearchAnswersAsync(search);
            foreach (var (host, _) in Lab.Hosts)
            {
                if (await Lab.TryAsync(host, "true"))
                {
                    // What kubeadm keeps on its nodes belongs there; a snapshot of etcd holds what etcd holds, and is root's alone.
                    await search.HostAsync(Lab, host, "/etc/kubernetes/", "/root/.kube/", "/var/lib/clusterpanel/snapshots/");
                }
            }
        }
        finally
        {
            await _processes.DisposeAsync();
            await Backend.DisposeAsync();
            await Panel.DisposeAsync();
            await Lab.DisposeAsync();
        }

        search.Text("the panel's log", Panel.Output);
        search.Text("the pages' SignalR frames", string.Concat(_browsers.SelectMany(b => b.Frames)));
        await search.DatabaseAsync(DataDirectory, _connectionString);
        search.Folder(DataDirectory, "master.key");
        Directory.Delete(DataDirectory, recursive: true);
        Assert.Empty(search.Found);
    }

    // What a program is answered, where nobody has been made administrator before.
    private async Task SearchAnswersAsync(CanarySearch search)
    {
        if (Panel is not { HasEnded: false, SetupCode: { } code })
        {
            return;
        }

        using var api = new HttpClient { BaseAddress = new Uri(Panel.Address + "/") };
        using var made = await api.PostAsJsonAsync("api/v1/setup", new { code, userName = "searcher", password = Canaries.NewPassword() }, None);
        if (made.IsSuccessStatusCode)
        {
            api.DefaultRequestHeaders.Authorization = new("Bearer", (await made.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("token").GetString());
            Assert.NotEmpty(await search.ApiAsync(api));
        }
    }

    private async Task<string> LogEndAsync(Deployment deployment) =>
        string.Join('\n', (await LogAsync(deployment)).TakeLast(40).Select(l => $"{l.Time:HH:mm:ss} {l.Stage} {l.Host} {l.Text}"));
}
