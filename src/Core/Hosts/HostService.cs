namespace ClusterPanel.Core.Hosts;

/// <summary>The inventory: adding hosts, approving their keys, reading their facts.</summary>
public sealed class HostService(IHostStore store, ICredentialStore credentials, IHostSessions sessions, TimeProvider time)
{
    /// <summary>All hosts by name.</summary>
    public Task<IReadOnlyList<Host>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    /// <summary>Adds hosts, all or none. Their keys are then to be read and approved.</summary>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="ConflictException">A name or an address is taken.</exception>
    public async Task<IReadOnlyList<Host>> AddAsync(IReadOnlyList<NewHost> hosts, Guid credentialId, CancellationToken cancellationToken)
    {
        var errors = hosts.SelectMany(HostRules.Check).ToList();
        if ((await credentials.ListAsync(cancellationToken)).All(c => c.Id != credentialId))
        {
            errors.Add(new("credential", "Choose a credential; make one on the Credentials page if there is none."));
        }

        InvalidInputException.ThrowIfAny(errors);
        var added = hosts.Select(h => new Host { Name = h.Name, Address = h.Address, Port = h.Port, User = h.User, CredentialId = credentialId }).ToList();
        await store.AddAsync(added, cancellationToken);
        return added;
    }

    /// <summary>Removes a host that is in no cluster.</summary>
    /// <exception cref="ConflictException">It is a node.</exception>
    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) => store.DeleteAsync(id, cancellationToken);

    /// <summary>Reads the key the host shows now and remembers it as seen. Nothing is sent to the host but the key exchange.</summary>
    /// <returns>The host as stored, with <see cref="Host.SeenKey"/> or <see cref="Host.LastError"/> set.</returns>
    public async Task<Host> ReadKeyAsync(Guid id, CancellationToken cancellationToken)
    {
        var host = await RequireAsync(id, cancellationToken);
        try
        {
            host.SeenKey = await sessions.ReadHostKeyAsync(host.Address, host.Port, cancellationToken);
            host.LastError = null;
        }
        catch (HostException e)
        {
            host.LastError = e.Message;
        }

        await store.UpdateAsync(host, cancellationToken);
        return host;
    }

    /// <summary>Pins the key the operator saw and approved.</summary>
    /// <exception cref="ConflictException">The host has shown another key since: look again.</exception>
    public async Task<Host> TrustAsync(Guid id, string fingerprint, CancellationToken cancellationToken)
    {
        var host = await RequireAsync(id, cancellationToken);
        if (host.SeenKey is null || host.SeenKey.Fingerprint != fingerprint)
        {
            throw new ConflictException($"The fingerprint approved for {host.Name} is not the one the host showed last. Read its key again and compare.");
        }

        host.TrustedKey = host.SeenKey;
        await store.UpdateAsync(host, cancellationToken);
        return host;
    }

    /// <summary>Logs in, becomes root and reads the host's facts. Failures are remembered in <see cref="Host.LastError"/>.</summary>
    public async Task<Host> ProbeAsync(Guid id, CancellationToken cancellationToken)
    {
        var host = await RequireAsync(id, cancellationToken);
        try
        {
            await using var session = await sessions.OpenAsync(host, cancellationToken);
            var before = time.GetUtcNow();
            var result = await session.RunAsync(HostFactsScript.Command, cancellationToken);
            host.Facts = HostFactsScript.Parse(host.Name, result, before, time.GetUtcNow());
            host.FactsAt = time.GetUtcNow();
            host.LastError = null;
        }
        catch (HostException e)
        {
            host.LastError = e.Message;
            host.SeenKey = e is HostKeyChangedException changed ? changed.Seen : host.SeenKey;
        }

        await store.UpdateAsync(host, cancellationToken);
        return host;
    }

    private async Task<Host> RequireAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) ?? throw new ConflictException("This host is no longer in the inventory.");
}
