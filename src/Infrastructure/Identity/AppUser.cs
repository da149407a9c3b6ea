using Microsoft.AspNetCore.Identity;

namespace ClusterPanel.Infrastructure.Identity;

/// <summary>Somebody who may sign in.</summary>
public sealed class AppUser : IdentityUser;
