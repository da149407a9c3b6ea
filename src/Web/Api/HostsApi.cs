using ClusterPanel.Core.Hosts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClusterPanel.Web.Api;

/// <summary>The inventory.</summary>
internal static class HostsApi
{
    /// <summary>A host of the inventory.</summary>
    /// <param name="Id">Identity.</param>
    /// <param name="Name">Name in the inventory.</param>
    /// <param name="Address">Where the panel connects to.</param>
    /// <param name="Port">SSH port.</param>
    /// <param name="User">Login, when it is not the credential's.</param>
    /// <param name="CredentialId">The credential.</param>
    /// <param name="SeenFingerprint">Of the key it showed last.</param>
    /// <param name="TrustedFingerprint">Of the key that was approved; without one nothing is sent to it.</param>
    /// <param name="LastError">Why the last look failed, or null.</param>
    /// <param name="HostName">Its own name, once its facts were read.</param>
    /// <param name="OperatingSystem">Its system, once its facts were read.</param>
    /// <param name="Cpus">Its CPUs, once its facts were read.</param>
    /// <param name="FactsAt">When its facts were read.</param>
    internal sealed record HostAnswer(
        Guid Id, string Name, string Address, int Port, string? User, Guid CredentialId, string? SeenFingerprint, string? TrustedFingerprint, string? LastError,
        string? HostName, string? OperatingSystem, int? Cpus, DateTimeOffset? FactsAt);

    /// <summary>Hosts to add.</summary>
    /// <param name="CredentialId">How the panel logs in.</param>
    /// <param name="List">As on the page: a line per host, "name address[:port] [user]"; a range of addresses stands for several.</param>
    /// <param name="Hosts">The same, one by one.</param>
    internal sealed record AddHosts(Guid? CredentialId, string? List, IReadOnlyList<AddHost?>? Hosts);

    /// <summary>A host to add.</summary>
    /// <param name="Name">Name in the inventory.</param>
    /// <param name="Address">IP address or DNS name.</param>
    /// <param name="Port">SSH port, 22 when it is not named.</param>
    /// <param name="User">Login, or null for the credential's.</param>
    internal sealed record AddHost(string? Name, string? Address, int? Port, string? User);

    /// <summary>Approval of a host key.</summary>
    /// <param name="Fingerprint">Of the key that was seen and compared.</param>
    /// <param name="Replace">True to put it in the place of another key that was approved before.</param>
    internal sealed record Trust(string? Fingerprint, bool Replace);

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("", ListAsync).WithSummary("All hosts by name");
        group.MapPost("", AddAsync).WithSummary("Add hosts and read the keys they show");
        group.MapGet("/{id:guid}", FindAsync).WithSummary("One host");
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Remove a host that is in no cluster");
        group.MapPost("/{id:guid}/read-key", ReadKeyAsync).WithSummary("Read the key the host shows now");
        group.MapPost("/{id:guid}/trust", TrustAsync).WithSummary("Approve the key that was seen");
        group.MapPost("/{id:guid}/probe", ProbeAsync).WithSummary("Log in and read the host's facts");
    }

    private static async Task<Page<HostAnswer>> ListAsync(int? skip, int? take, HostService hosts, CancellationToken stop) =>
        Page<HostAnswer>.Of(await hosts.ListAsync(stop), skip, take, Answer);

    private static async Task<Results<Ok<HostAnswer>, NotFound>> FindAsync(Guid id, HostService hosts, CancellationToken stop) =>
        await hosts.FindAsync(id, stop) is { } host ? TypedResults.Ok(Answer(host)) : TypedResults.NotFound();

    private static async Task<Created<IReadOnlyList<HostAnswer>>> AddAsync(AddHosts body, HostService hosts, CancellationToken stop)
    {
        IEnumerable<NewHost> one = (body.Hosts ?? []).Select(h => new NewHost(h?.Name ?? "", h?.Address ?? "", h?.Port ?? 22, h?.User));
        List<NewHost> wanted = [.. one, .. body.List is { } list ? HostList.Parse(list) : []];
        var added = await hosts.AddAsync(wanted, body.CredentialId ?? Guid.Empty, stop);
        var seen = await Task.WhenAll(added.Select(h => hosts.ReadKeyAsync(h.Id, stop)));
        return TypedResults.Created($"{ApiRoutes.Root}/hosts", (IReadOnlyList<HostAnswer>)[.. seen.Select(Answer)]);
    }

    private static async Task<NoContent> DeleteAsync(Guid id, HostService hosts, CancellationToken stop)
    {
        await hosts.DeleteAsync(id, stop);
        return TypedResults.NoContent();
    }

    private static async Task<HostAnswer> ReadKeyAsync(Guid id, HostService hosts, CancellationToken stop) => Answer(await hosts.ReadKeyAsync(id, stop));

    private static async Task<HostAnswer> TrustAsync(Guid id, Trust body, HostService hosts, CancellationToken stop) =>
        Answer(await hosts.TrustAsync(id, body.Fingerprint ?? throw new Core.InvalidInputException("fingerprint", "Name the fingerprint that you have compared."), body.Replace, stop));

    private static async Task<HostAnswer> ProbeAsync(Guid id, HostService hosts, CancellationToken stop) => Answer(await hosts.ProbeAsync(id, stop));

    private static HostAnswer Answer(Host host) => new(
        host.Id, host.Name, host.Address, host.Port, host.User, host.CredentialId, host.SeenKey?.Fingerprint, host.TrustedKey?.Fingerprint, host.LastError,
        host.Facts?.HostName, host.Facts?.OperatingSystem, host.Facts?.Cpus, host.FactsAt);
}
