namespace ClusterPanel.Core.Hosts;

/// <summary>Adds, changes and removes credentials. Secrets go in and never come out.</summary>
public sealed class CredentialService(ICredentialStore store, IPrivateKeyCheck keyCheck, TimeProvider time)
{
    /// <summary>Longest secret accepted, in characters.</summary>
    public const int MaximumSecretLength = 32 * 1024;

    /// <summary>All credentials by name, without secrets.</summary>
    public Task<IReadOnlyList<Credential>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    /// <summary>Adds a credential.</summary>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="ConflictException">The name is taken.</exception>
    public async Task<Credential> AddAsync(string name, string user, CredentialKind kind, CredentialSecrets secrets, CancellationToken cancellationToken)
    {
        var errors = CheckNames(name, user);
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
        await store.AddAsync(credential, secrets, cancellationToken);
        return credential;
    }

    /// <summary>Changes name and user, and, with <paramref name="secrets"/> given, replaces all secrets.</summary>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="ConflictException">The name is taken, or somebody changed it meanwhile.</exception>
    public async Task UpdateAsync(Credential credential, CredentialSecrets? secrets, CancellationToken cancellationToken)
    {
        var errors = CheckNames(credential.Name, credential.User);
        if (secrets is not null)
        {
            errors.AddRange(CheckSecrets(credential.Kind, secrets));
            credential.HasSudoPassword = !string.IsNullOrEmpty(secrets.SudoPassword);
            credential.ChangedAt = time.GetUtcNow();
        }

        InvalidInputException.ThrowIfAny(errors);
        (credential.Name, credential.User) = (credential.Name.Trim(), credential.User.Trim());
        await store.UpdateAsync(credential, secrets, cancellationToken);
    }

    /// <summary>Removes a credential that no host uses.</summary>
    /// <exception cref="ConflictException">Hosts use it.</exception>
    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) => store.DeleteAsync(id, cancellationToken);

    private static List<FieldError> CheckNames(string name, string user)
    {
        var errors = new List<FieldError>();
        if (string.IsNullOrWhiteSpace(name) || name.Length > 64 || name.Any(char.IsControl))
        {
            errors.Add(new("name", "Give the credential a name of 1 to 64 characters."));
        }

        if (!HostRules.IsUser(user.Trim()))
        {
            errors.Add(new("user", "Enter the login name, for example root: letters, digits, dots, hyphens or underscores."));
        }

        return errors;
    }

    private IEnumerable<FieldError> CheckSecrets(CredentialKind kind, CredentialSecrets secrets)
    {
        if (secrets.All().Any(s => s.Length > MaximumSecretLength))
        {
            yield return new("privateKey", $"A secret may have at most {MaximumSecretLength} characters.");
            yield break;
        }

        if ((secrets.SudoPassword ?? "").Any(char.IsControl))
        {
            yield return new("sudoPassword", "The sudo password must not contain line breaks or control characters.");
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
}
