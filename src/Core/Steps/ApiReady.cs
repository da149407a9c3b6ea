using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Steps;

/// <summary>The look that tells whether the API server of the master it runs on is ready: its own one, at its own address.</summary>
public static class ApiReady
{
    /// <summary>Key of the look.</summary>
    public const string Key = "api-ready";

    /// <summary>The wait for the target's own API server; also after a reboot in the middle of the step.</summary>
    public static Wait ForOwn { get; } = new("this master's own API server", TimeSpan.FromMinutes(4), "its container is starting, or etcd on this host is not in step yet");

    /// <summary>The look, for plans.</summary>
    public static PlannedCommand Command(int port, bool onControlPlane = true) => PlannedCommand.Look(Key, "Ask the master's own API server whether it is ready", $$"""
        address=$(sed -n 's/^ *- "\{0,1\}--advertise-address=\([^"]*\)"\{0,1\}$/\1/p' /etc/kubernetes/manifests/kube-apiserver.yaml 2>/dev/null)
        [ -n "$address" ] || { echo "there is no API server here"; exit 1; }
        code=$(curl -s -o /dev/null -w '%{http_code}' --noproxy '*' --cacert /etc/kubernetes/pki/ca.crt --connect-timeout 2 --max-time 5 "https://$address:{{port}}/readyz") || :
        [ "$code" = 200 ] || { echo "/readyz answers $code"; exit 1; }
        """) with
    { OnControlPlane = onControlPlane, Timeout = TimeSpan.FromSeconds(15) };
}
