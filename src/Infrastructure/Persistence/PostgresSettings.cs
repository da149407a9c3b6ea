using Npgsql;

namespace ClusterPanel.Infrastructure.Persistence;

internal static class PostgresSettings
{
    /// <summary>
    /// The operator's connection string with the password of its file, and what take-over depends on: a process that died or froze
    /// inside a transaction must not keep the lock of its lease's row for the hours TCP needs to notice.
    /// </summary>
    /// <exception cref="StartRefusedException">The password's file cannot be read.</exception>
    public static string Complete(DatabaseOptions options)
    {
        var builder = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        builder.Options = $"-c idle_in_transaction_session_timeout=10s {builder.Options}".TrimEnd();
        if (options.PasswordFile.Length > 0)
        {
            builder.Password = ReadPassword(options.PasswordFile);
        }

        return builder.ConnectionString;
    }

    private static string ReadPassword(string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The file of the setting Database:PasswordFile cannot be read: {e.Message}", e);
        }
    }
}
