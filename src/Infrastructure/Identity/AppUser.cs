using Microsoft.AspNetCore.Identity;

namespace ClusterPanel.Infrastructure.Identity;

/// <summary>Somebody who may sign in.</summary>
public sealed class AppUser : IdentityUser
{
    /// <summary>True when an administrator does not let them in. Apart from Identity's lockout, which ends by itself.</summary>
    public bool Blocked { get; set; }
}
