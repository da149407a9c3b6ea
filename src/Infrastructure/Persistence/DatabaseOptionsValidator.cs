using Microsoft.Extensions.Options;
using Npgsql;

namespace ClusterPanel.Infrastructure.Persistence;

internal sealed class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        if (!options.IsPostgres)
        {
            return ValidateOptionsResult.Success;
        }

        NpgsqlConnectionStringBuilder parsed;
        try
        {
            parsed = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Npgsql's own message may quote the value, which holds a password.
            return Fail("cannot be read");
        }

        if (options.PasswordFile.Length > 0 && !File.Exists(options.PasswordFile))
        {
            return ValidateOptionsResult.Fail($"The setting Database:PasswordFile names the file {options.PasswordFile}, which is not there.");
        }

        return string.IsNullOrEmpty(parsed.Host) ? Fail("names no Host") : string.IsNullOrEmpty(parsed.Database) ? Fail("names no Database") : ValidateOptionsResult.Success;
    }

    private static ValidateOptionsResult Fail(string what) => ValidateOptionsResult.Fail(
        $"The setting Database:ConnectionString {what}; write it like \"Host=db;Database=clusterpanel;Username=clusterpanel;Password=…\", or leave it empty for the embedded database.");
}
