using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ClusterPanel.Core.Access;

/// <summary>Makes and revokes tokens. A token is shown once, when it is made.</summary>
public sealed class TokenService(IAccess access, ITokenStore store, TimeProvider time)
{
    /// <summary>What every token begins with, so that scanners for lost secrets know it.</summary>
    public const string Prefix = "cpt_";

    /// <summary>The longest time a token may live, in days.</summary>
    public const int MostDays = 366;

    private const int RandomBytes = 32;

    /// <summary>The asker's tokens; an administrator sees everybody's.</summary>
    /// <exception cref="AccessDeniedException">Nobody is signed in.</exception>
    public async Task<IReadOnlyList<ApiToken>> ListAsync(CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.ListAsync(actor.Role == Role.Administrator ? null : actor.Id, cancellationToken);
    }

    /// <summary>Makes one.</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="role">What it may do at most.</param>
    /// <param name="days">How long it lives.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The token's record, and the token itself, which cannot be read again.</returns>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="ConflictException">The asker has one of that name.</exception>
    /// <exception cref="AccessDeniedException">Nobody is signed in, or a token asks: a lost one must not outlive itself.</exception>
    public async Task<(ApiToken Token, string Secret)> CreateAsync(string name, Role role, int days, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Viewer, cancellationToken);
        if (actor.Token is not null)
        {
            throw new AccessDeniedException(true, "A token cannot make tokens: sign in to the panel with a browser.");
        }

        var errors = new List<FieldError>();
        if (!InputText.IsName(name, 64))
        {
            errors.Add(new("name", "Give the token a name of 1 to 64 characters that says what it is for."));
        }

        if (!Enum.IsDefined(role) || role > actor.Role)
        {
            errors.Add(new("role", $"A token may do at most what you may: {actor.Role}."));
        }

        if (days is < 1 or > MostDays)
        {
            errors.Add(new("days", string.Create(CultureInfo.InvariantCulture, $"A token lives 1 to {MostDays} days.")));
        }

        InvalidInputException.ThrowIfAny(errors);
        return await IssueAsync(actor, name.Trim(), role, days, store, time, cancellationToken);
    }

    /// <summary>Makes a token for somebody who was asked already who they are: the first administrator, by the setup code.</summary>
    public static async Task<(ApiToken Token, string Secret)> IssueAsync(Actor actor, string name, Role role, int days, ITokenStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var secret = Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(RandomBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var now = time.GetUtcNow();
        var token = new ApiToken { UserId = actor.Id, Owner = actor.Name, Name = name, Role = role, CreatedAt = now, ExpiresAt = now.AddDays(days), Hash = HashOf(secret) };
        await store.AddAsync(token, actor.Did("token.create", $"token {token.Name} of {actor.Name}", null, $"{role}, until {token.ExpiresAt:yyyy-MM-dd}"), cancellationToken);
        return (token, secret);
    }

    /// <summary>Revokes one of the asker's tokens, or as an administrator any.</summary>
    /// <exception cref="ConflictException">There is no such token.</exception>
    /// <exception cref="AccessDeniedException">Nobody is signed in.</exception>
    public async Task RevokeAsync(Guid id, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Viewer, cancellationToken);
        var token = (await store.ListAsync(actor.Role == Role.Administrator ? null : actor.Id, cancellationToken)).FirstOrDefault(t => t.Id == id)
            ?? throw new ConflictException("There is no such token.");
        await store.DeleteAsync(id, actor.Did("token.revoke", $"token {token.Name} of {token.Owner}"), cancellationToken);
    }

    /// <summary>What is kept of a token.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
