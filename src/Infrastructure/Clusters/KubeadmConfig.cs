using ClusterPanel.Core.Clusters;
using k8s;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace ClusterPanel.Infrastructure.Clusters;

/// <summary>kubeadm's own record of a cluster: the ConfigMap <c>kubeadm-config</c> in kube-system, kept by kubeadm init and upgrade.</summary>
internal static class KubeadmConfig
{
    /// <exception cref="FormatException">It is not what kubeadm writes.</exception>
    public static async Task<RunningConfiguration> ReadAsync(IKubernetes client, CancellationToken cancellationToken)
    {
        var map = await client.CoreV1.ReadNamespacedConfigMapAsync("kubeadm-config", "kube-system", cancellationToken: cancellationToken);
        return map.Data?.TryGetValue("ClusterConfiguration", out var text) == true ? Parse(text) : throw new FormatException("The ConfigMap kubeadm-config has no ClusterConfiguration.");
    }

    /// <exception cref="FormatException">It is not what kubeadm writes.</exception>
    public static RunningConfiguration Parse(string text)
    {
        try
        {
            var root = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>>(text) ?? [];
            var networking = root.GetValueOrDefault("networking") as Dictionary<object, object?> ?? [];
            return new RunningConfiguration(
                KubernetesVersion.Parse(Text(root, "kubernetesVersion")), Text(root, "controlPlaneEndpoint"),
                Text(networking, "podSubnet"), Text(networking, "serviceSubnet"), Text(networking, "dnsDomain"));
        }
        catch (YamlException e)
        {
            throw new FormatException("kubeadm's ClusterConfiguration is not YAML.", e);
        }
    }

    private static string Text<TKey>(Dictionary<TKey, object?> map, object key)
        where TKey : notnull =>
        map.FirstOrDefault(p => key.Equals(p.Key)).Value as string ?? throw new FormatException($"kubeadm's ClusterConfiguration has no {key}.");
}
