using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Components.Pages.Hosts;

/// <summary>Does something with many hosts, a bounded number at once.</summary>
internal static class HostBatch
{
    private const int Width = 25;

    /// <summary>Runs it for every host; ends quietly when the page is gone.</summary>
    public static async Task RunAsync(IReadOnlyList<Host> hosts, Func<Host, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(hosts, options, async (host, _) => await work(host));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The page was left.
        }
    }
}
