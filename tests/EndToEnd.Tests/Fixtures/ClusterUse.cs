namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Uses a cluster as its owner would: new pods, names, Services.</summary>
internal static class ClusterUse
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>A new pod on every node runs, finds Kubernetes' Service by its name, and reaches the others; the stand-in's pods have no network.</summary>
    public static async Task PodsRunAsync(Scenario scenario, string master, IReadOnlyList<string> nodes, bool real)
    {
        var kubectl = Life.Kubectl;
        foreach (var node in nodes)
        {
            await scenario.Lab.RunAsync(master, $"{kubectl} run on-{node} --image=lab.local/hostgw:1.0 --image-pull-policy=Never --restart=Never --overrides='{{\"spec\":{{\"nodeName\":\"{node}\",\"terminationGracePeriodSeconds\":1}}}}' --command -- sleep 100000");
        }

        foreach (var node in nodes)
        {
            await scenario.UntilHostAsync(master, $"{kubectl} wait --for=condition=Ready pod/on-{node} --timeout=20s", Limit);
            await scenario.UntilHostAsync(master, $"{kubectl} exec on-{node} -- busybox nslookup kubernetes.default.svc.cluster.local", Limit);
        }

        var all = string.Join(' ', nodes);
        if (real)
        {
            await scenario.UntilHostAsync(
                master,
                $"for to in {all}; do ip=$({kubectl} get pod on-$to -o 'jsonpath={{.status.podIP}}') && for from in {all}; do {kubectl} exec on-$from -- busybox ping -c 1 -W 3 $ip || exit 1; done; done",
                Limit);
        }

        await scenario.Lab.RunAsync(master, $"{kubectl} delete pod {string.Join(' ', nodes.Select(n => $"on-{n}"))}");
    }

    /// <summary>
    /// The pod network of the lab's real package starts a kubectl on every node every five seconds, which is a seventh of what the two
    /// cores that all hosts share can do. Now it does every thirty.
    /// </summary>
    public static Task CalmPodNetworkAsync(Scenario scenario, string master) => scenario.Lab.RunAsync(
        master,
        $$"""
        {{Life.Kubectl}} -n kube-system patch daemonset hostgw --type=strategic -p '
        spec:
          template:
            spec:
              containers:
              - name: hostgw
                command: [busybox, sh, -c, "busybox sed s/wait=5/wait=30/ /usr/local/bin/hostgw > /tmp/hostgw; exec busybox sh /tmp/hostgw"]' &&
        {{Life.Kubectl}} -n kube-system rollout status daemonset hostgw --timeout=100s
        """);

    /// <summary>A Service made now answers from these hosts; the stand-in has none.</summary>
    public static async Task ServiceAnswersAsync(Scenario scenario, string master, IReadOnlyList<string> from)
    {
        var kubectl = Life.Kubectl;
        await scenario.Lab.RunAsync(master, $"cat <<'YAML' | {kubectl} apply -f -\n{Web}\nYAML");
        var address = await scenario.Lab.RunAsync(master, $"{kubectl} get service web -o 'jsonpath={{.spec.clusterIP}}'");
        foreach (var host in from)
        {
            await scenario.UntilHostAsync(host, $"[ \"$(curl -s --noproxy '*' --max-time 3 http://{address}/)\" = served ]", Limit);
        }

        await scenario.Lab.RunAsync(master, $"{kubectl} delete service/web deployment/web");
    }

    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: main
                image: lab.local/hostgw:1.0
                imagePullPolicy: Never
                command: [busybox, sh, -c, "mkdir /tmp/web && echo served > /tmp/web/index.html && exec busybox httpd -f -p 8080 -h /tmp/web"]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          selector: {app: web}
          ports: [{port: 80, targetPort: 8080}]
        """;
}
