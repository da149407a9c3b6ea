namespace ClusterPanel.Core.Hosts;

/// <summary>A TCP forward through SSH; disposing it closes the local port.</summary>
public interface IPortForward : IAsyncDisposable
{
    /// <summary>Port on 127.0.0.1 that leads to the far side.</summary>
    int LocalPort { get; }
}
