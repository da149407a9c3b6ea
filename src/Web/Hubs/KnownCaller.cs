using ClusterPanel.Web.Accounts;
using Microsoft.AspNetCore.SignalR;

namespace ClusterPanel.Web.Hubs;

/// <summary>Tells the services that a hub method calls who has called it.</summary>
internal sealed class KnownCaller : IHubFilter
{
    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var asker = invocation.ServiceProvider.GetRequiredService<Asker>();
        asker.User = invocation.Context.User;
        asker.From = invocation.Context.GetHttpContext()?.Connection.RemoteIpAddress?.ToString();
        return next(invocation);
    }
}
