namespace ClusterPanel.Core.Access;

/// <summary>Who asks. Every service method that is there for people or programs begins with this question.</summary>
public interface IAccess
{
    /// <summary>Looks in the database what the asker may do now.</summary>
    /// <param name="role">What is needed at least.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AccessDeniedException">They may not, any more or at all.</exception>
    Task<Actor> RequireAsync(Role role, CancellationToken cancellationToken);
}
