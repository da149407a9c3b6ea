using System.Globalization;
using System.Text;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Endpoints;

/// <summary><c>GET /deployments/{id}/log.txt</c>: the whole log as text, or what the same filters as on the page leave of it.</summary>
internal static class LogDownload
{
    private const int Page = 2000;

    public static void MapLogDownload(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/deployments/{id:guid}/log.txt", WriteAsync);

    private static async Task WriteAsync(Guid id, string? host, string? stage, string? q, DeploymentService deployments, HttpContext context)
    {
        var token = context.RequestAborted;
        if (await deployments.FindAsync(id, token) is not { } deployment)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var query = new LogQuery(0, Page) { Host = Given(host), Stage = Given(stage), Search = Given(q) };
        if (query.Check() is { Count: > 0 } wrong)
        {
            await Results.Text(string.Join(" ", wrong.Select(e => e.Message)), statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);
            return;
        }

        var response = context.Response;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{deployment.ClusterName}-{id:N}.log\"";
        response.Headers.CacheControl = "no-store";
        await using var writer = new StreamWriter(response.Body, new UTF8Encoding(false));
        while (true)
        {
            var lines = await deployments.ReadLogAsync(id, query, token);
            foreach (var line in lines)
            {
                await writer.WriteLineAsync(Format(line).AsMemory(), token);
            }

            await writer.FlushAsync(token);
            if (lines.Count < Page)
            {
                return;
            }

            query = query with { After = lines[^1].Sequence };
        }
    }

    private static string Format(LogLine line) => string.Create(CultureInfo.InvariantCulture,
        $"{line.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {(line.Stage.Length > 0 ? line.Stage : "-")} {(line.Host.Length > 0 ? line.Host : "-")} {Name(line.Stream)} {line.Text}");

    private static string Name(LineSource stream) => stream switch
    {
        LineSource.Panel => "panel",
        LineSource.Output => "out",
        LineSource.Error => "err",
        _ => throw new ArgumentOutOfRangeException(nameof(stream)),
    };

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
