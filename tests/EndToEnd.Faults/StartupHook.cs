using System.Diagnostics;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.EndToEnd.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>
/// Where .NET begins in a process that is started with DOTNET_STARTUP_HOOKS. It waits for the panel's host to be built and puts
/// itself around the two services at which faults are let in.
/// </summary>
#pragma warning disable CA1050 // the runtime looks for exactly this name, in no namespace
internal static class StartupHook
#pragma warning restore CA1050
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FaultPlan.Variable) is { Length: > 0 } folder)
        {
            DiagnosticListener.AllListeners.Subscribe(new Listeners(new FaultPlan(folder)));
        }
    }

    private static void Wrap(IServiceCollection services, FaultTrigger trigger)
    {
        Replace<IHostSessions>(services, inner => new FaultySessions(inner, trigger));
        Replace<IDeploymentStore>(services, inner => FaultyStore.Wrap(inner, trigger));
    }

    private static void Replace<T>(IServiceCollection services, Func<T, T> wrap)
        where T : class
    {
        var known = services.Last(s => s.ServiceType == typeof(T));
        services.Remove(known);
        services.AddSingleton(provider => wrap((T)ActivatorUtilities.CreateInstance(provider, known.ImplementationType!)));
    }

    private sealed class Listeners(FaultPlan plan) : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
            {
                value.Subscribe(new Building(plan));
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    private sealed class Building(FaultPlan plan) : IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder builder })
            {
                builder.ConfigureServices((_, services) => Wrap(services, new FaultTrigger(plan)));
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
