namespace ClusterPanel.Core.Access;

/// <summary>Remembers for a day what was answered to requests with an <c>Idempotency-Key</c>, so that one that is sent twice is done once.</summary>
public interface IRepeatedRequests
{
    /// <summary>Takes a key, before the request is worked on.</summary>
    /// <returns>Null when it is new, else what is known of the earlier request.</returns>
    Task<RepeatedRequest?> BeginAsync(string userId, string key, string requestHash, CancellationToken cancellationToken);

    /// <summary>Remembers the answer.</summary>
    Task EndAsync(string userId, string key, RepeatedRequest answer, CancellationToken cancellationToken);

    /// <summary>Gives the key back: nothing was done.</summary>
    Task ForgetAsync(string userId, string key, CancellationToken cancellationToken);
}
