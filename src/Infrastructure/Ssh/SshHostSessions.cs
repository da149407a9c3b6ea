using ClusterPanel.Core.Hosts;
using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Ssh;

/// <inheritdoc cref="IHostSessions"/>
internal sealed class SshHostSessions : IHostSessions, IDisposable
{
    private readonly ICredentialStore _credentials;
    private readonly SshSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SshDialer _dialer;
    private readonly Lock _lock = new();
    private readonly Dictionary<SshLinkKey, SharedLink> _links = [];
    private bool _disposed;

    public SshHostSessions(ICredentialStore credentials, SshSettings settings, TimeProvider time, ILogger<SshHostSessions> logger)
    {
        (_credentials, _settings, _time, _logger) = (credentials, settings, time, logger);
        _dialer = new(settings, time, logger);
    }

    public async Task<IHostSession> OpenAsync(Host host, CancellationToken cancellationToken)
    {
        if (host.TrustedKey is not { } trusted)
        {
            throw new HostKeyNotTrustedException(host.Name, $"The host key of {host.Name} is not approved yet: compare its fingerprint on the host's page and approve it.");
        }

        Credential credential;
        CredentialSecrets secrets;
        try
        {
            (credential, secrets) = await _credentials.OpenAsync(host.CredentialId, cancellationToken);
        }
        catch (KeyNotFoundException e)
        {
            throw new HostAuthenticationException(host.Name, $"The credential of {host.Name} is no longer there: choose another one on the host's page.", e);
        }

        var key = SshLinkKey.Of(host, trusted, credential);
        var shared = Share(key, () => new SshLink(new SshLogin(host, credential, secrets, trusted), _dialer));
        try
        {
            (await shared.Link.EnterAsync(cancellationToken)).Leave();
            return new SshHostSession(host, shared.Link, _time, _logger, () => Unshare(key, shared, _settings.KeepUnused));
        }
        catch
        {
            Unshare(key, shared, TimeSpan.Zero);
            throw;
        }
    }

    public Task<HostKey> ReadHostKeyAsync(string address, int port, CancellationToken cancellationToken) => _dialer.ReadHostKeyAsync(address, port, cancellationToken);

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var shared in _links.Values)
            {
                shared.Link.Dispose();
            }

            _links.Clear();
        }
    }

    private SharedLink Share(SshLinkKey key, Func<SshLink> make)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_links.TryGetValue(key, out var shared))
            {
                _links[key] = shared = new SharedLink(make());
            }

            shared.Users++;
            return shared;
        }
    }

    private void Unshare(SshLinkKey key, SharedLink shared, TimeSpan keep)
    {
        lock (_lock)
        {
            if (--shared.Users > 0)
            {
                return;
            }

            if (keep > TimeSpan.Zero && !_disposed)
            {
                var left = ++shared.Leavings;
                _ = CloseLaterAsync(key, shared, left, keep);
                return;
            }

            Remove(key, shared);
        }
    }

    private async Task CloseLaterAsync(SshLinkKey key, SharedLink shared, int left, TimeSpan keep)
    {
        await Task.Delay(keep, _time);
        lock (_lock)
        {
            if (shared.Users == 0 && shared.Leavings == left)
            {
                Remove(key, shared);
            }
        }
    }

    private void Remove(SshLinkKey key, SharedLink shared)
    {
        if (_links.TryGetValue(key, out var current) && current == shared)
        {
            _links.Remove(key);
        }

        shared.Link.Dispose();
    }

    private sealed class SharedLink(SshLink link)
    {
        public SshLink Link { get; } = link;

        public int Users { get; set; }

        /// <summary>How often its last user left; tells whether somebody came back meanwhile.</summary>
        public int Leavings { get; set; }
    }
}
