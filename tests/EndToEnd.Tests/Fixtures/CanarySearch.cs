using System.Data.Common;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Looks for canaries in everything that a panel and its hosts leave behind.</summary>
internal sealed class CanarySearch(Canaries canaries)
{
    // Where a secret can get to on a host; the system's own programs are not among it.
    private const string Everywhere = "/etc /home /opt /root /run /srv /tmp /usr/local /var/lib/clusterpanel /var/log /var/spool /var/tmp";

    /// <summary>What was found: where, and which.</summary>
    public List<string> Found { get; } = [];

    /// <summary>A text, and the same text as one whose parts were read one after the other.</summary>
    public void Text(string where, string text) => Found.AddRange(canaries.In(text).Select(c => $"{c} in {where}"));

    /// <summary>Every value in every table: each column as one text, so that a secret which was split over rows is found.</summary>
    public async Task DatabaseAsync(string dataDirectory, string? connectionString)
    {
        await using DbConnection connection = connectionString is null
            ? new SqliteConnection($"Data Source={Path.Combine(dataDirectory, "clusterpanel.db")};Mode=ReadOnly")
            : new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var tables = new List<string>();
        await foreach (var row in RowsAsync(connection, connectionString is null ? "select name from sqlite_master where type = 'table'" : "select tablename from pg_tables where schemaname = 'public'"))
        {
            tables.Add((string)row[0]);
        }

        foreach (var table in tables)
        {
            var columns = new Dictionary<int, StringBuilder>();
            await foreach (var row in RowsAsync(connection, $"select * from \"{table}\""))
            {
                for (var i = 0; i < row.Length; i++)
                {
                    columns.TryAdd(i, new StringBuilder());
                    columns[i].Append(row[i] is byte[] bytes ? Encoding.Latin1.GetString(bytes) : row[i].ToString());
                }
            }

            foreach (var (column, text) in columns)
            {
                Text($"table {table}, column {column}", text.ToString());
            }
        }
    }

    /// <summary>The files of a folder as they lie on the disk.</summary>
    public void Folder(string folder, params string[] but)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => !but.Contains(Path.GetFileName(f))))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Text(file, reader.ReadToEnd());
        }
    }

    /// <summary>Arguments and environments of processes, but for the example's client: it is given its token so.</summary>
    public void Processes(IEnumerable<string> seen)
    {
        foreach (var process in seen.Where(p => !p.Contains("CLUSTERPANEL_TOKEN=", StringComparison.Ordinal)))
        {
            Text($"the process {process.Replace('\0', ' ')[..Math.Min(process.Length, 80)]}", process);
        }
    }

    /// <summary>Every GET of everything there is, as the document of the API names them; only the kubeconfig's own answer holds the kubeconfig.</summary>
    /// <param name="api">A client of an administrator.</param>
    /// <returns>The addresses and how they answered.</returns>
    public async Task<IReadOnlyList<(string Path, HttpStatusCode Status)>> ApiAsync(HttpClient api)
    {
        using var document = JsonDocument.Parse(await api.GetStringAsync("openapi/v1.json"));
        var answers = new List<(string, HttpStatusCode)>();
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject().Where(p => p.Value.TryGetProperty("get", out _)).Select(p => p.Name).Where(p => !p.EndsWith("/kubeconfig", StringComparison.Ordinal)))
        {
            var kind = path[..Math.Max(0, path.IndexOf("/{id}", StringComparison.Ordinal))].TrimStart('/');
            IEnumerable<string> all = kind.Length == 0
                ? [path]
                : (await api.GetFromJsonAsync<JsonElement>(kind)).GetProperty("items").EnumerateArray().Select(i => path.Replace("{id}", i.GetProperty("id").GetString(), StringComparison.Ordinal)).ToList();
            foreach (var one in all)
            {
                try
                {
                    using var answer = await api.GetAsync(one.TrimStart('/'));
                    answers.Add((one, answer.StatusCode));
                    Text($"the answer of {one}", await answer.Content.ReadAsStringAsync());
                }
                catch (TaskCanceledException e)
                {
                    throw new TimeoutException($"{one} was not answered within {api.Timeout.TotalSeconds} seconds.", e);
                }
            }
        }

        return answers;
    }

    /// <summary>Files and journal of a host.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="host">The host.</param>
    /// <param name="but">What begins like this is where the secret belongs.</param>
    public async Task HostAsync(LabHosts lab, string host, params string[] but)
    {
        var found = await lab.RunAsync(
            host,
            $$"""
            umask 077
            cat > /dev/shm/canaries
            grep -rlaF -D skip -f /dev/shm/canaries {{Everywhere}} 2>/dev/null | grep -v {{string.Join(' ', but.Append("/dev/shm/").Select(b => $"-e '^{b}'"))}}
            journalctl --no-pager -o cat 2>/dev/null | grep -qaF -f /dev/shm/canaries && echo 'its journal'
            rm -f /dev/shm/canaries
            """,
            string.Join('\n', canaries.Patterns) + "\n");
        Found.AddRange(found.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(f => $"a canary on {host} in {f}"));
    }

    private static async IAsyncEnumerable<object[]> RowsAsync(DbConnection connection, string query)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            yield return row;
        }
    }
}
