namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>An exclusive lock on a file beside the database; the kernel gives it back when the process dies.</summary>
internal static class SqliteStartLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<IAsyncDisposable> AcquireAsync(string databaseFile, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            PrivateFiles.CreateDirectory(Path.GetDirectoryName(databaseFile)!);
            PrivateFiles.CreateEmptyIfMissing(databaseFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The panel cannot write its database {databaseFile} ({e.Message}): give it that file, or another directory in Panel:DataDirectory.", e);
        }

        var begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                return PrivateFiles.OpenExclusively(databaseFile + ".start");
            }
            catch (IOException e) when (time.GetElapsedTime(begun) < Patience && e.GetType() == typeof(IOException))
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StartRefusedException($"Another panel process has kept {databaseFile}.start locked for {Patience.TotalMinutes} minutes: stop it, then start this one again.", e);
            }
        }
    }
}
