using ClusterPanel.Core.Access;
using ClusterPanel.Infrastructure.Identity;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Infrastructure;

/// <summary>Users, roles and passwords, kept in the panel's database.</summary>
public static class IdentityServices
{
    private const int MinimumPasswordLength = 12;

    /// <summary>Registers Identity without cookies: who serves pages adds those. Needs <see cref="PersistenceServices.AddPersistence"/>.</summary>
    public static IServiceCollection AddPanelIdentity(this IServiceCollection services)
    {
        services.AddIdentityCore<AppUser>(Configure)
            .AddRoles<IdentityRole>()
            .AddUserStore<PanelUserStore>()
            .AddEntityFrameworkStores<AppDbContext>()
            .AddSignInManager<PanelSignInManager>()
            .AddDefaultTokenProviders();

        // A removed right must not live on in a cookie for half an hour, the default.
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.Zero);
        services.AddSingleton<SetupCode>();
        services.AddSingleton<IRights, Rights>();
        services.AddSingleton<IAccountStore, AccountStore>();
        services.AddSingleton<IExternalAccounts, ExternalAccounts>();
        services.AddScoped<IOwnAccount, OwnAccount>();
        services.AddScoped<AccountService>();
        services.AddScoped<TokenService>();
        return services;
    }

    private static void Configure(IdentityOptions options)
    {
        options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
        options.Lockout.MaxFailedAccessAttempts = 5;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        options.Lockout.AllowedForNewUsers = true;

        // Length, not composition (NIST SP 800-63B §3.1.1.2).
        options.Password.RequiredLength = MinimumPasswordLength;
        options.Password.RequiredUniqueChars = 1;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
    }
}
