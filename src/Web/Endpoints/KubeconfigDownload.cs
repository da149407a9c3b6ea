using System.Text;
using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Web.Endpoints;

/// <summary><c>GET /clusters/{id}/kubeconfig?server=…</c>: the admin kubeconfig, as a file that no cache keeps.</summary>
internal static partial class KubeconfigDownload
{
    public static void MapKubeconfigDownload(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/clusters/{id:guid}/kubeconfig", ReadAsync);

    private static async Task<IResult> ReadAsync(Guid id, string? server, ClusterService clusters, ILoggerFactory loggers, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        if (await clusters.FindAsync(id, context.RequestAborted) is not { } cluster)
        {
            return Results.NotFound();
        }

        try
        {
            var text = await clusters.KubeconfigAsync(cluster, server ?? "", context.RequestAborted);
            LogDownloaded(loggers.CreateLogger(typeof(KubeconfigDownload)), context.User.Identity?.Name, cluster.Name);
            return Results.File(Encoding.UTF8.GetBytes(text), "application/yaml", $"{cluster.Name}.kubeconfig");
        }
        catch (AccessDeniedException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status403Forbidden);
        }
        catch (InvalidInputException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
        catch (ConflictException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status409Conflict);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{User} downloaded the kubeconfig of cluster {Cluster}")]
    private static partial void LogDownloaded(ILogger logger, string? user, string cluster);
}
