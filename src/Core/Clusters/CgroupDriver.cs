namespace ClusterPanel.Core.Clusters;

/// <summary>Who makes cgroups for containers; kubelet and containerd must agree.</summary>
public enum CgroupDriver
{
    /// <summary>systemd, the right one on cgroup v2.</summary>
    Systemd,

    /// <summary>The runtime itself, Kubernetes 1.20's default on cgroup v1.</summary>
    Cgroupfs,
}
