using System.Globalization;
using ClusterPanel.Core.Access;

namespace ClusterPanel.Core.Hosts;

/// <summary>The inventory: adding hosts, approving their keys, reading their facts.</summary>
public sealed class HostService(IAccess access, IHostStore store, ICredentialStore credentials, IHostSessions sessions, TimeProvider time)
{
    /// <summary>All hosts by name.</summary>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<IReadOnlyList<Host>> ListAsync(CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.ListAsync(cancellationToken);
    }

    /// <summary>One host, or null.</summary>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<Host?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.FindAsync(id, cancellationToken);
    }

    /// <summary>Adds hosts, all or none. Their keys are then to be read and approved.</summary>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="ConflictException">A name or an address is taken.</exception>
    public async Task<IReadOnlyList<Host>> AddAsync(IReadOnlyList<NewHost> hosts, Guid credentialId, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        if (hosts.Count is 0 or > HostList.MaximumHosts)
        {
            throw new InvalidInputException("hosts", string.Create(CultureInfo.InvariantCulture, $"Name 1 to {HostList.MaximumHosts} hosts."));
        }

        var errors = hosts.SelectMany(HostRules.Check).ToList();
        var credential = (await credentials.ListAsync(cancellationToken)).FirstOrDefault(c => c.Id == credentialId);
        if (credential is null)
        {
            errors.Add(new("credentialId", "Choose a credential; make one on the Credentials page if there is none."));
        }

        InvalidInputException.ThrowIfAny(errors);
        var added = hosts.Select(h => new Host { Name = h.Name, Address = h.Address, Port = h.Port, User = h.User, CredentialId = credentialId }).ToList();
        await store.AddAsync(added, actor.Did("host.add", $"hosts {string.Join(", ", added.Select(h => h.Name))}", null, string.Join(", ", added.Select(h => $"{h.Name} {h.Endpoint} by {credential!.Name}"))), cancellationToken);
        return added;
    }

    /// <summary>Removes a host that is in no cluster.</summary>
    /// <exception cref="ConflictException">It is a node.</exception>
    public async Task DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        if (await store.FindAsync(id, cancellationToken) is { } host)
        {
            await store.DeleteAsync(id, actor.Did("host.delete", $"host {host.Name}", host.Endpoint), cancellationToken);
        }
    }

    /// <summary>Reads the key the host shows now and remembers it as seen. Nothing is sent to the host but the key exchange.</summary>
    /// <returns>The host as stored, with <see cref="Host.SeenKey"/> or <see cref="Host.LastError"/> set.</returns>
    public async Task<Host> ReadKeyAsync(Guid id, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Operator, cancellationToken);
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

        await store.UpdateAsync(host, null, cancellationToken);
        return host;
    }

    /// <summary>Pins the key the operator saw and approved.</summary>
    /// <param name="id">The host.</param>
    /// <param name="fingerprint">Of the key that was seen.</param>
    /// <param name="replace">True to put it in the place of another key that was approved before: an act of its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConflictException">The host has shown another key since: look again. Or another key is approved.</exception>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<Host> TrustAsync(Guid id, string fingerprint, bool replace, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        var host = await RequireAsync(id, cancellationToken);
        if (host.SeenKey is null || host.SeenKey.Fingerprint != fingerprint)
        {
            throw new ConflictException($"The fingerprint approved for {host.Name} is not the one the host showed last. Read its key again and compare.");
        }

        var before = host.TrustedKey;
        if (before is not null && before != host.SeenKey && !replace)
        {
            throw new ConflictException($"Another key of {host.Name} was approved before ({before.Fingerprint}): replacing it must be asked for.");
        }

        host.TrustedKey = host.SeenKey;
        await store.UpdateAsync(host, actor.Did(before is null || before == host.SeenKey ? "host-key.approve" : "host-key.replace", $"host {host.Name}", before?.Fingerprint, fingerprint), cancellationToken);
        return host;
    }

    /// <summary>Logs in, becomes root and reads the host's facts. Failures are remembered in <see cref="Host.LastError"/>.</summary>
    public async Task<Host> ProbeAsync(Guid id, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Operator, cancellationToken);
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

        await store.UpdateAsync(host, null, cancellationToken);
        return host;
    }

    private async Task<Host> RequireAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) ?? throw new ConflictException("This host is no longer in the inventory.");
}
