using ClusterPanel.Core.Access;

namespace ClusterPanel.Web.Tests.Fakes;

/// <summary>maria asks.</summary>
public sealed class FakeAccess : IAccess
{
    public Role Role { get; set; } = Role.Administrator;

    /// <summary>True when nobody is signed in any more.</summary>
    public bool Refuse { get; set; }

    public Task<Actor> RequireAsync(Role role, CancellationToken cancellationToken) => Role >= role && !Refuse
        ? Task.FromResult(new Actor("1", "maria", Role, null, null))
        : throw new AccessDeniedException(true, $"This is for the role {role}; yours is {Role}. Ask an administrator.");
}
