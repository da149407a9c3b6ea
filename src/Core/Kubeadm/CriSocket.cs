using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Kubeadm;

/// <summary>Where containerd answers.</summary>
public static class CriSocket
{
    /// <summary>Path of containerd's socket.</summary>
    public const string Path = "/run/containerd/containerd.sock";

    /// <summary>The socket as kubeadm of a version wants it: a URL from 1.24 on, when bare paths became deprecated.</summary>
    public static string For(KubernetesVersion version) => version.IsAtLeast(1, 24) ? "unix://" + Path : Path;
}
