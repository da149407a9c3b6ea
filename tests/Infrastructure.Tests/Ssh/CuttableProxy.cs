using System.Net;
using System.Net.Sockets;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

/// <summary>A TCP way to a local port that can be cut or go silent.</summary>
internal sealed class CuttableProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _open = [];
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _frozen;
    private volatile int _dropped;
    private long _left = long.MaxValue;

    public CuttableProxy(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Connections made so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Bytes that went towards the server.</summary>
    public long Sent { get; private set; }

    /// <summary>From now on nothing passes on the open connections, and nobody is told.</summary>
    public void Freeze() => _frozen = true;

    /// <summary>Nothing passes any more on the connections made so far, and nobody is told; new ones work.</summary>
    public void Drop() => _dropped = Connections;

    /// <summary>New connections work again.</summary>
    public void Thaw() => _frozen = false;

    /// <summary>Cuts the connections after so many more bytes towards the server; later ones live.</summary>
    public void CutAfter(long bytes) => Interlocked.Exchange(ref _left, bytes);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        await _accepting;
    }

    private void Cut()
    {
        lock (_open)
        {
            _open.ForEach(c => c.Dispose());
            _open.Clear();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync();
                var far = new TcpClient();
                await far.ConnectAsync(IPAddress.Loopback, _target);
                Connections++;
                lock (_open)
                {
                    _open.AddRange([near, far]);
                }

                _ = PumpAsync(near, far, Connections, counted: true);
                _ = PumpAsync(far, near, Connections, counted: false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, int number, bool counted)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            int count;
            while ((count = await from.GetStream().ReadAsync(buffer)) > 0)
            {
                if (_frozen || number <= _dropped)
                {
                    // This connection stays silent, also after Thaw.
                    await Task.Delay(Timeout.Infinite);
                }

                if (counted)
                {
                    Sent += count;
                    if (Interlocked.Add(ref _left, -count) < 0)
                    {
                        Interlocked.Exchange(ref _left, long.MaxValue);
                        Cut();
                        return;
                    }
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
        }

        to.Dispose();
    }
}
