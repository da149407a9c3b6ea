using ClusterPanel.Core.Access;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>olga asks, with the role the test says.</summary>
internal sealed class FakeAccess(Role role = Role.Administrator) : IAccess
{
    /// <summary>What was needed, call by call.</summary>
    public List<Role> Asked { get; } = [];

    public Task<Actor> RequireAsync(Role needed, CancellationToken cancellationToken)
    {
        Asked.Add(needed);
        return role >= needed
            ? Task.FromResult(new Actor("1", "olga", role, "10.0.0.99", null))
            : throw new AccessDeniedException(true, $"This is for the role {needed}.");
    }
}
