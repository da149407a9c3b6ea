using System.Globalization;
using System.Text;
using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;

namespace ClusterPanel.Web.Endpoints;

/// <summary><c>GET /audit.csv?q=…</c>: the audit log, newest first, as comma-separated values (RFC 4180).</summary>
internal static class AuditDownload
{
    public static void MapAuditDownload(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/audit.csv", WriteAsync);

    private static async Task WriteAsync(string? q, AuditService audit, HttpContext context)
    {
        var stop = context.RequestAborted;
        IReadOnlyList<AuditEntry> part;
        try
        {
            part = await audit.ReadAsync(new AuditQuery(AuditService.MostAtOnce, null, q), stop);
        }
        catch (AccessDeniedException e)
        {
            await Results.Text(e.Message, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
            return;
        }
        catch (InvalidInputException e)
        {
            await Results.Text(e.Message, statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);
            return;
        }

        var response = context.Response;
        (response.ContentType, response.Headers.CacheControl, response.Headers.ContentDisposition) = ("text/csv; charset=utf-8", "no-store", "attachment; filename=\"audit.csv\"");
        await using var writer = new StreamWriter(response.Body, new UTF8Encoding(false)) { NewLine = "\r\n" };
        await writer.WriteLineAsync("number,at,user,token,from,action,target,before,after,result");
        while (part.Count > 0)
        {
            foreach (var entry in part)
            {
                string?[] fields =
                [
                    entry.Number.ToString(CultureInfo.InvariantCulture), entry.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                    entry.User, entry.Token, entry.From, entry.Action, entry.Target, entry.Before, entry.After, entry.Result,
                ];
                await writer.WriteLineAsync(string.Join(',', fields.Select(Quote)).AsMemory(), stop);
            }

            part = await audit.ReadAsync(new AuditQuery(AuditService.MostAtOnce, part[^1].Number, q), stop);
        }
    }

    // A spreadsheet would take a cell that begins like a formula for one.
    private static string Quote(string? field)
    {
        var text = field is ['=' or '+' or '-' or '@', ..] ? "'" + field : field ?? "";
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
