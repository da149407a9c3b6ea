using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

// Prints the log of a deployment as it grows and ends with it: 0 when it has succeeded, else 1.
if (args.Length != 2 || Environment.GetEnvironmentVariable("CLUSTERPANEL_TOKEN") is not { Length: > 0 } token)
{
    await Console.Error.WriteLineAsync("Usage: CLUSTERPANEL_TOKEN=cpt_… follow-deployment PANEL DEPLOYMENT");
    return 2;
}

var (hubAddress, deployment) = (new Uri(new Uri(args[0]), "/hubs/deployments"), Guid.Parse(args[1]));
var (after, status, finished) = (0L, "", false);
while (!finished)
{
    await using var hub = new HubConnectionBuilder().WithUrl(hubAddress, o => o.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build();
    try
    {
        await hub.StartAsync();
        await foreach (var news in hub.StreamAsync<JsonElement>("Follow", deployment, after))
        {
            foreach (var line in news.GetProperty("lines").EnumerateArray())
            {
                Console.WriteLine($"{line.GetProperty("stage")} {line.GetProperty("host")} {line.GetProperty("text")}");
                after = line.GetProperty("sequence").GetInt64();
            }

            if (news.GetProperty("deployment") is { ValueKind: JsonValueKind.Object } state)
            {
                (status, finished) = (state.GetProperty("status").GetString()!, state.GetProperty("finished").GetBoolean());
            }
        }
    }
    catch (Exception e) when (e is IOException || e.GetBaseException() is System.Net.Sockets.SocketException)
    {
        // The link is lost, or the panel starts again: go on after the last line that was seen.
        await Task.Delay(TimeSpan.FromSeconds(1));
    }
}

Console.WriteLine(status);
return status == "Succeeded" ? 0 : 1;
