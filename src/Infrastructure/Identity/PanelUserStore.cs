using ClusterPanel.Infrastructure.Persistence;
using ClusterPanel.Infrastructure.Secrets;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Identity;

/// <summary>Identity's store, which keeps what makes second factors (the authenticator's key, recovery codes) encrypted like every other secret.</summary>
internal sealed class PanelUserStore(AppDbContext db, SecretProtector protector, IdentityErrorDescriber describer) : UserStore<AppUser, IdentityRole, AppDbContext>(db, describer)
{
    public override async Task<string?> GetTokenAsync(AppUser user, string loginProvider, string name, CancellationToken cancellationToken) =>
        await base.GetTokenAsync(user, loginProvider, name, cancellationToken) is { } stored
            ? protector.Unprotect(SecretKind.SecondFactor, Guid.Parse(user.Id), Convert.FromBase64String(stored))
            : null;

    public override Task SetTokenAsync(AppUser user, string loginProvider, string name, string? value, CancellationToken cancellationToken) =>
        base.SetTokenAsync(user, loginProvider, name, value is null ? null : Convert.ToBase64String(protector.Protect(SecretKind.SecondFactor, Guid.Parse(user.Id), value)), cancellationToken);
}
