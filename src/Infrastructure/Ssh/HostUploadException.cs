using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>A file could not be put on a host for a reason the host itself gave.</summary>
internal sealed class HostUploadException(string hostName, string message, FailureKind kind) : HostException(hostName, message)
{
    public override FailureKind Kind => kind;
}
