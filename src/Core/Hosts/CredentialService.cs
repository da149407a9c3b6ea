using ClusterPanel.Core.Access;

namespace ClusterPanel.Core.Hosts;

/// <summary>Adds, changes and removes credentials. Secrets go in and never come out.</summary>
public sealed class CredentialService(IAccess access, ICredentialStore store, IPrivateKeyCheck keyCheck, TimeProvider time)
{
    /// <summary>Longest secret accepted, in characters.</summary>
    public const int MaximumSecretLength = 32 * 1024;

    private const int MaximumNameLength = 64;

    /// <summary>All credentials by name, without secrets.</summary>
    public async Task<IReadOnlyList<Credential>> ListAsync(CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.ListAsync(cancellationToken);
    }

    /// <summary>Adds a credential.</summary>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="ConflictException">The name is taken.</exception>
    public async Task<Credential> AddAsync(string name, string user, CredentialKind kind, CredentialSecrets secrets, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        var errors = CheckNames(name, user);
        if (!Enum.IsDefined(kind))
        {
            errors.Add(new("kind", $"Choose a kind: {string.Join(" or ", Enum.GetNames<CredentialKind>())}."));
        }

        errors.AddRange(CheckSecrets(kind, secrets));
        InvalidInputException.ThrowIfAny(errors);
        var credential = new Credential
        {
            Name = name.Trim(),
            User = user.Trim(),
            Kind = kind,
            HasSudoPassword = !string.IsNullOrEmpty(secrets.SudoPassword),
            ChangedAt = time.GetUtcNow(),
        };
        await store.AddAsync(credential, secrets, actor.Did("credential.add", $"credential {credential.Name}", null, Describe(credential)), cancellationToken);
        return credential;
    }

    /// <summary>Changes name and user, and, with <paramref name="secrets"/> given, replaces all secrets.</summary>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="ConflictException">The name is taken, or somebody changed it meanwhile.</exception>
    public async Task UpdateAsync(Credential credential, CredentialSecrets? secrets, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        var errors = CheckNames(credential.Name, credential.User);
        if (secrets is not null)
        {
            errors.AddRange(CheckSecrets(credential.Kind, secrets));
            credential.HasSudoPassword = !string.IsNullOrEmpty(secrets.SudoPassword);
            credential.ChangedAt = time.GetUtcNow();
        }

        InvalidInputException.ThrowIfAny(errors);
        (credential.Name, credential.User) = (credential.Name.Trim(), credential.User.Trim());
        var before = (await store.ListAsync(cancellationToken)).FirstOrDefault(c => c.Id == credential.Id);
        var after = Describe(credential) + (secrets is null ? "" : ", secrets replaced");
        await store.UpdateAsync(credential, secrets, actor.Did("credential.change", $"credential {credential.Name}", before is null ? null : Describe(before), after), cancellationToken);
    }

    /// <summary>Removes a credential that no host uses.</summary>
    /// <exception cref="ConflictException">Hosts use it.</exception>
    public async Task DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        if ((await store.ListAsync(cancellationToken)).FirstOrDefault(c => c.Id == id) is { } credential)
        {
            await store.DeleteAsync(id, actor.Did("credential.delete", $"credential {credential.Name}", Describe(credential)), cancellationToken);
        }
    }

    private static string Describe(Credential credential) =>
        $"{credential.Name}: {credential.User} by {(credential.Kind == CredentialKind.Password ? "password" : "private key")}{(credential.HasSudoPassword ? ", with sudo password" : "")}";

    private static List<FieldError> CheckNames(string name, string user)
    {
        var errors = new List<FieldError>();
        if (!InputText.IsName(name, MaximumNameLength))
        {
            errors.Add(new("name", $"Give the credential a name of 1 to {MaximumNameLength} characters."));
        }

        if (!HostRules.IsUser(user.Trim()))
        {
            errors.Add(new("user", "Enter the login name, for example root: letters, digits, dots, hyphens or underscores."));
        }

        return errors;
    }

    private IEnumerable<FieldError> CheckSecrets(CredentialKind kind, CredentialSecrets secrets)
    {
        if (TooLong(secrets) is { } field)
        {
            yield return new(field, $"A secret may have at most {MaximumSecretLength} characters.");
            yield break;
        }

        if ((secrets.SudoPassword ?? "").Any(char.IsControl))
        {
            yield return new("sudoPassword", "The sudo password must not contain line breaks or control characters.");
        }

        if ((secrets.Passphrase ?? "").Any(char.IsControl))
        {
            yield return new("passphrase", "The passphrase must not contain line breaks or control characters.");
            yield break;
        }

        if (kind == CredentialKind.Password)
        {
            if (string.IsNullOrEmpty(secrets.Password) || secrets.Password.Any(char.IsControl))
            {
                yield return new("password", "Enter the password; it must not contain line breaks or control characters.");
            }
        }
        else if (string.IsNullOrWhiteSpace(secrets.PrivateKey))
        {
            yield return new("privateKey", "Paste the private key, from -----BEGIN to END-----.");
        }
        else if (keyCheck.Check(secrets.PrivateKey, secrets.Passphrase) is { } error)
        {
            yield return error;
        }
    }

    private static string? TooLong(CredentialSecrets secrets) =>
        secrets.Password?.Length > MaximumSecretLength ? "password"
        : secrets.PrivateKey?.Length > MaximumSecretLength ? "privateKey"
        : secrets.Passphrase?.Length > MaximumSecretLength ? "passphrase"
        : secrets.SudoPassword?.Length > MaximumSecretLength ? "sudoPassword"
        : null;
}
