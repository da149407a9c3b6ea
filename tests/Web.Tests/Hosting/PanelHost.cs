using System.Text.RegularExpressions;
using ClusterPanel.Infrastructure.Identity;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClusterPanel.Web.Tests.Hosting;

/// <summary>The whole panel, as Program composes it, on a database of its own.</summary>
public partial class PanelHost : WebApplicationFactory<Program>
{
    public const string User = "maria";
    public const string Password = "correct horse battery";
    /// <summary>Where its database lies.</summary>
    public string DataDirectory => _directory;

    private readonly string _directory = Directory.CreateTempSubdirectory("clusterpanel-web-tests-").FullName;

    /// <summary>Settings besides those that every test has.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets all that is logged, or null.</summary>
    public ILoggerProvider? Log { get; init; }

    /// <summary>Changes the panel's database behind its back.</summary>
    public async Task RunSqlAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, "clusterpanel.db")}");
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public HttpClient NewClient() => CreateClient(new() { AllowAutoRedirect = false, BaseAddress = new("http://localhost") });

    /// <summary>A fresh setup code, or null when there is a user.</summary>
    public Task<string?> SetupCodeAsync(CancellationToken cancellationToken) =>
        Services.GetRequiredService<SetupCode>().EnsureAsync(cancellationToken);

    public async Task EnsureUserAsync(CancellationToken cancellationToken)
    {
        if (await SetupCodeAsync(cancellationToken) is { } code)
        {
            await Services.GetRequiredService<SetupCode>().CreateAdministratorAsync(code, User, Password, null, cancellationToken);
        }
    }

    /// <summary>Fills a page's only form and sends it, with its anti-forgery token.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string path, CancellationToken cancellationToken, params (string Name, string Value)[] fields)
    {
        var html = await client.GetStringAsync(path, cancellationToken);
        var hidden = HiddenPattern().Matches(html).Select(m => KeyValuePair.Create(m.Groups[1].Value, m.Groups[2].Value));
        return await client.PostAsync(path, new FormUrlEncodedContent(hidden.Concat(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)))), cancellationToken);
    }

    public static Task<HttpResponseMessage> SignInAsync(HttpClient client, string password, CancellationToken cancellationToken, string user = User) =>
        PostFormAsync(client, "/login", cancellationToken, ("Input.UserName", user), ("Input.Password", password));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder
            .UseEnvironment("Production")
            .UseSetting("Panel:DataDirectory", _directory)
            .UseSetting("Panel:Listen", "http://localhost:0");
        foreach (var (name, value) in Settings)
        {
            builder.UseSetting(name, value);
        }

        if (Log is { } log)
        {
            builder.ConfigureLogging(l => l.ClearProviders().AddProvider(log));
        }
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/?>""", RegexOptions.CultureInvariant)]
    private static partial Regex HiddenPattern();
}
