using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ClusterPanel.Web.Hosting;

/// <summary>What the panel says on the terminal: not through the log, whose level and form may be anything.</summary>
internal static class StartMessage
{
    /// <summary>The addresses, the certificate when the panel made it, and the setup code while there is no user.</summary>
    public static async Task WriteAsync(WebApplication app, string? setupCode, string? certificate)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        await Console.Out.WriteLineAsync($"ClusterPanel is ready at {string.Join(" and ", addresses)}");
        if (certificate is not null)
        {
            await Console.Out.WriteLineAsync($"Certificate SHA-256: {certificate}");
            await Console.Out.WriteLineAsync("The panel made this certificate itself: compare the line above with what the browser shows before you type a password.");
        }

        if (setupCode is not null)
        {
            await Console.Out.WriteLineAsync($"Setup code: {setupCode}");
            await Console.Out.WriteLineAsync("There is no user yet: open the address and make the first administrator with this code. It is good until the panel is started again.");
        }

        await Console.Out.FlushAsync();
    }

    /// <summary>One sentence on standard error.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RefuseAsync(string sentence)
    {
        await Console.Error.WriteLineAsync($"ClusterPanel does not start: {sentence}");
        return 1;
    }
}
