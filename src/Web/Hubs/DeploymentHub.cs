using System.Runtime.CompilerServices;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Api;
using ClusterPanel.Web.Feeds;
using Microsoft.AspNetCore.SignalR;

namespace ClusterPanel.Web.Hubs;

/// <summary>The feed that the pages read, for programs.</summary>
internal sealed class DeploymentHub(DeploymentFeed feed, DeploymentService deployments, IAccess access, TimeProvider time) : Hub
{
    private const int Page = 1000;

    // How soon somebody who lost their right, or whose token was revoked, sees nothing more.
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    /// <summary>Lines after a sequence number, in order and without a gap, and states as they change; ends when the deployment has ended.</summary>
    /// <param name="id">The deployment.</param>
    /// <param name="after">Sequence number of the last line that is known already; 0 for all.</param>
    /// <param name="stop">The caller has gone.</param>
    public async IAsyncEnumerable<DeploymentNews> Follow(Guid id, long after, [EnumeratorCancellation] CancellationToken stop)
    {
        await AskAsync(stop);
        using var watch = feed.Watch(id);
        var asked = time.GetTimestamp();
        DeploymentSnapshot? sent = null;
        var ended = false;
        while (!ended)
        {
            await watch.WaitAsync(stop);
            if (watch.NotFound)
            {
                throw new HubException("There is no such deployment.");
            }

            if (time.GetElapsedTime(asked) > AskAgain)
            {
                await AskAsync(stop);
                asked = time.GetTimestamp();
            }

            // The state is looked at before the lines, so that none is missed at the end.
            var snapshot = watch.Snapshot;
            var finished = snapshot?.Deployment.IsFinished == true;
            for (var lines = await LinesAsync(id, after, watch, finished, stop); lines.Count > 0; lines = await LinesAsync(id, after, watch, finished, stop))
            {
                after = lines[^1].Sequence;
                yield return new DeploymentNews(null, [], lines);
            }

            if (snapshot is not null && snapshot != sent)
            {
                yield return new DeploymentNews(DeploymentsApi.Answer(snapshot.Deployment), [.. Cells(snapshot).Except(Cells(sent))], []);
                (sent, ended) = (snapshot, finished);
            }
        }
    }

    private static IReadOnlyList<DeploymentsApi.CellAnswer> Cells(DeploymentSnapshot? snapshot) => snapshot is null ? [] : DeploymentsApi.Cells(snapshot.Plan, snapshot.Attempts);

    // The newest lines are in memory; older ones are read, and the last ones of all, which the feed may not have seen.
    private async Task<IReadOnlyList<LogLine>> LinesAsync(Guid id, long after, DeploymentWatch watch, bool finished, CancellationToken stop)
    {
        var lines = watch.LinesAfter(after);
        return lines is [var first, ..] && first.Sequence == after + 1 || (after >= watch.LastSequence && !finished)
            ? lines
            : await ReadAsync(id, after, stop);
    }

    private async Task<IReadOnlyList<LogLine>> ReadAsync(Guid id, long after, CancellationToken stop)
    {
        try
        {
            return await deployments.ReadLogAsync(id, new LogQuery(after, Page), stop);
        }
        catch (AccessDeniedException e)
        {
            throw new HubException(e.Message);
        }
    }

    private async Task AskAsync(CancellationToken stop)
    {
        try
        {
            await access.RequireAsync(Role.Viewer, stop);
        }
        catch (AccessDeniedException e)
        {
            throw new HubException(e.Message);
        }
    }
}
