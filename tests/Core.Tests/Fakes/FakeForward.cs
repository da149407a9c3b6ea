using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>A forward to a port of this machine.</summary>
internal sealed class FakeForward(int localPort) : IPortForward
{
    public int LocalPort => localPort;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
