using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Verifies one node with facts fresher than the step: its Lease was renewed after the step began, it is Ready, cluster DNS
/// answers from it, a worker reaches the API through the VIP; a master's etcd answers, and nothing on it talks to another master's API server.
/// </summary>
public sealed class VerifyNode : IStep
{
    /// <inheritdoc/>
    public string Key => "verify-node";

    /// <inheritdoc/>
    public string Title => "Verify nodes";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        ApiReady.Command(input.Spec.ApiServerPort),
        PlannedCommand.Look("node", "Read the node's Ready condition and when its Lease was renewed", $$"""
            {{KubeadmText.Kubectl}} -n kube-node-lease get node/{{target.NodeName}} lease/{{target.NodeName}} -o 'jsonpath={.items[0].status.conditions[?(@.type=="Ready")].status} {.items[1].spec.renewTime}'
            """) with { OnControlPlane = true },
        .. target.Role == NodeRole.Worker
            ? new[] { InstallLoadBalancer.VipReady(input.Spec) }
            : [
                PlannedCommand.Look("etcd", "Look whether this master's etcd answers", KubeadmText.EtcdState(target.NodeName)),
                PlannedCommand.Change("restart-kubelet", "Restart kubelet (only when it has refused the static pod of etcd, because it did not know its disk yet)", "systemctl restart kubelet"),
                OtherMasters.Command(input.Spec, target),
            ],
        HostRecord.Look,
        HostRecord.Restore,
        PlannedCommand.Look("read-record", "Read the record of how the host was, with the files that were changed since, to be stored encrypted in the panel", HostRecord.Pack),
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var master = context.Target.Role == NodeRole.ControlPlane ? context.Target : await context.HealthyControlPlaneAsync(cancellationToken);
        if (context.Target.Role == NodeRole.ControlPlane)
        {
            await EtcdAnswersAsync(context, cancellationToken);
        }

        string? first = null;
        await context.UntilAsync(new Wait($"{context.Target.NodeName} to be Ready with a fresh Lease", TimeSpan.FromMinutes(5), "the pod network's pod is still starting on it, or its image is missing"), async token =>
        {
            var result = await context.LookAsync("node", token, master);
            var words = result.Output.Trim().Split(' ');
            if (!result.Succeeded || words.Length != 2)
            {
                return result.LastLine;
            }

            first ??= words[1];
            return words[0] != "True" ? $"its Ready condition is {words[0]}" : words[1] == first ? $"its Lease is of {first}, from before this step" : null;
        }, cancellationToken);

        await (context.Target.Role == NodeRole.Worker
            ? context.UntilAsync(InstallLoadBalancer.ForTheVip, "vip-ready", cancellationToken)
            : context.UntilAsync(OtherMasters.ToEnd(TimeSpan.FromMinutes(1)), OtherMasters.Key, cancellationToken));
        await DnsAnswersAsync(context, cancellationToken);
        await KeepRecordAsync(context, cancellationToken);
    }

    // Where the host has lost it, what is left of it must not take the place of the panel's copy.
    private static async Task KeepRecordAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (await context.ReadAsync("record", cancellationToken) == "there")
        {
            await context.SaveHostRecordAsync((await context.FetchAsync("read-record", cancellationToken)).RawOutput, cancellationToken);
        }
        else if (await context.OpenHostRecordAsync(cancellationToken) is { } record)
        {
            await context.SayAsync("The record of how this host was is lost here: the panel's copy is put back.", cancellationToken);
            await context.ChangeAsync("restore-record", cancellationToken, input: record);
        }
    }

    private static Task EtcdAnswersAsync(StepContext context, CancellationToken cancellationToken) =>
        context.UntilAsync(new Wait("this master's etcd", TimeSpan.FromMinutes(3), "its container does not start: see kubelet's journal"), async token =>
        {
            var state = await context.ReadAsync("etcd", token);
            if (state == "refused")
            {
                await context.SayAsync("kubelet refused the static pod of etcd because it did not know its disk yet; restarting kubelet.", token);
                await context.ChangeAsync("restart-kubelet", token);
            }

            return state == "right" ? null : state;
        }, cancellationToken);

    private static async Task DnsAnswersAsync(StepContext context, CancellationToken cancellationToken)
    {
        _ = Subnet.TryParse(context.Spec.ServiceSubnet, out var services);
        var name = $"kubernetes.default.svc.{context.Spec.DnsDomain}";
        await context.UntilAsync(new Wait($"cluster DNS to answer {context.Target.NodeName}", TimeSpan.FromMinutes(4), "CoreDNS is still starting, or packets between the nodes' pods are dropped"), async token =>
        {
            try
            {
                await using var forward = await context.ForwardAsync(context.Target, services.AddressAt(10), 53, token);
                var addresses = await ClusterDns.LookUpAsync(forward.LocalPort, name, token);
                return addresses.Contains(services.AddressAt(1)) ? null : $"{name} is [{string.Join(", ", addresses)}], not {services.AddressAt(1)}";
            }
            catch (Exception e) when (e is IOException or HostUnreachableException)
            {
                return e.Message;
            }
        }, cancellationToken);
    }
}
