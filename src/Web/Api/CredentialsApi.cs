using ClusterPanel.Core;
using ClusterPanel.Core.Hosts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClusterPanel.Web.Api;

/// <summary>How the panel logs in to hosts. Secrets go in and never come out.</summary>
internal static class CredentialsApi
{
    /// <summary>A credential without its secrets.</summary>
    /// <param name="Id">Identity.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="User">The login.</param>
    /// <param name="Kind">Password or PrivateKey.</param>
    /// <param name="HasSudoPassword">True when sudo asks for a password that is stored.</param>
    /// <param name="ChangedAt">When its secrets were stored.</param>
    internal sealed record CredentialAnswer(Guid Id, string Name, string User, CredentialKind Kind, bool HasSudoPassword, DateTimeOffset ChangedAt);

    /// <summary>A credential with its secrets, on the way in.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="User">The login.</param>
    /// <param name="Kind">Password or PrivateKey.</param>
    /// <param name="Password">For the kind Password.</param>
    /// <param name="PrivateKey">For the kind PrivateKey, as PEM.</param>
    /// <param name="Passphrase">Of the private key.</param>
    /// <param name="SudoPassword">What sudo asks for, when the login is not root.</param>
    internal sealed record CredentialBody(string? Name, string? User, CredentialKind? Kind, string? Password, string? PrivateKey, string? Passphrase, string? SudoPassword)
    {
        /// <summary>Not the secrets.</summary>
        public override string ToString() => nameof(CredentialBody);
    }

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("", ListAsync).WithSummary("All credentials by name, without secrets");
        group.MapPost("", AddAsync).WithSummary("Add a credential");
        group.MapPut("/{id:guid}", ChangeAsync).WithSummary("Change a credential; without any secret in the body the stored ones stay");
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Remove a credential that no host uses");
    }

    private static async Task<Page<CredentialAnswer>> ListAsync(int? skip, int? take, CredentialService credentials, CancellationToken stop) =>
        Page<CredentialAnswer>.Of(await credentials.ListAsync(stop), skip, take, Answer);

    private static async Task<Created<CredentialAnswer>> AddAsync(CredentialBody body, CredentialService credentials, CancellationToken stop)
    {
        var kind = body.Kind ?? throw new InvalidInputException("kind", $"Name the kind: {string.Join(" or ", Enum.GetNames<CredentialKind>())}.");
        var added = await credentials.AddAsync(body.Name ?? "", body.User ?? "", kind, Secrets(body), stop);
        return TypedResults.Created($"{ApiRoutes.Root}/credentials", Answer(added));
    }

    private static async Task<CredentialAnswer> ChangeAsync(Guid id, CredentialBody body, CredentialService credentials, CancellationToken stop)
    {
        var credential = (await credentials.ListAsync(stop)).FirstOrDefault(c => c.Id == id) ?? throw new KeyNotFoundException("There is no such credential.");
        (credential.Name, credential.User) = (body.Name ?? credential.Name, body.User ?? credential.User);
        var secrets = Secrets(body);
        if (body.Kind is { } kind && kind != credential.Kind)
        {
            throw new InvalidInputException("kind", $"The credential is of the kind {credential.Kind}, which stays: add another one.");
        }

        await credentials.UpdateAsync(credential, secrets.All().Any() ? secrets : null, stop);
        return Answer(credential);
    }

    private static async Task<NoContent> DeleteAsync(Guid id, CredentialService credentials, CancellationToken stop)
    {
        await credentials.DeleteAsync(id, stop);
        return TypedResults.NoContent();
    }

    private static CredentialSecrets Secrets(CredentialBody body) =>
        new() { Password = body.Password, PrivateKey = body.PrivateKey, Passphrase = body.Passphrase, SudoPassword = body.SudoPassword };

    private static CredentialAnswer Answer(Credential credential) =>
        new(credential.Id, credential.Name, credential.User, credential.Kind, credential.HasSudoPassword, credential.ChangedAt);
}
