using System.Security.Claims;

namespace ClusterPanel.Web.Accounts;

/// <summary>Who asks, where neither a page nor a request says so: the caller of a hub's method.</summary>
internal sealed class Asker
{
    /// <summary>What the caller's token says, or null.</summary>
    public ClaimsPrincipal? User { get; set; }

    /// <summary>Network address of the caller.</summary>
    public string? From { get; set; }
}
