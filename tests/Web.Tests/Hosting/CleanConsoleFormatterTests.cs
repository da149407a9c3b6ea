using ClusterPanel.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ClusterPanel.Web.Tests.Hosting;

public sealed class CleanConsoleFormatterTests
{
    [Theory]
    [InlineData(ConsoleFormatterNames.Simple)]
    [InlineData(ConsoleFormatterNames.Systemd)]
    [InlineData(ConsoleFormatterNames.Json)]
    public void Write_WhateverTheForm_HidesTokens(string name)
    {
        var services = new ServiceCollection().AddLogging(b => b.AddConsole());
        CleanConsoleFormatter.Replace(services);
        using var provider = services.BuildServiceProvider();
        var formatter = provider.GetServices<ConsoleFormatter>().Single(f => f.Name == name);
        using var text = new StringWriter();
        var token = "cpt_" + new string('a', 43);

        formatter.Write(new LogEntry<string>(LogLevel.Information, "requests", default, $"GET /hubs/deployments?access_token={token}&id=7", null, (s, _) => s), null, text);

        Assert.DoesNotContain(token, text.ToString(), StringComparison.Ordinal);
        Assert.Contains("access_token=[redacted]", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("id=7", text.ToString(), StringComparison.Ordinal);
    }
}
