using ClusterPanel.Core.Deployments;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ClusterPanel.Web.Hosting;

/// <summary>Writes the panel's own log as the formatter it stands for, without what has the shape of a secret: a token in an address, a key in an error.</summary>
internal sealed class CleanConsoleFormatter(ConsoleFormatter formatter) : ConsoleFormatter(formatter.Name)
{
    private readonly Redactor _redactor = new();

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        using var text = new StringWriter();
        formatter.Write(logEntry, scopeProvider, text);
        textWriter.Write(_redactor.Clean(text.ToString()));
    }

    /// <summary>Puts itself in the place of every formatter there is, whichever the settings choose.</summary>
    public static void Replace(IServiceCollection services)
    {
        foreach (var descriptor in services.Where(d => d.ServiceType == typeof(ConsoleFormatter)).ToList())
        {
            services.Remove(descriptor);
            services.AddSingleton<ConsoleFormatter>(provider => new CleanConsoleFormatter((ConsoleFormatter)ActivatorUtilities.CreateInstance(provider, descriptor.ImplementationType!)));
        }
    }
}
