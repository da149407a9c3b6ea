using System.Net.Sockets;
using System.Security.Cryptography;
using ClusterPanel.Core.Access;
using ClusterPanel.Infrastructure;
using ClusterPanel.Infrastructure.Clusters;
using ClusterPanel.Infrastructure.Identity;
using ClusterPanel.Infrastructure.Packages;
using ClusterPanel.Infrastructure.Secrets;
using ClusterPanel.Infrastructure.Ssh;
using ClusterPanel.Web.Accounts;
using ClusterPanel.Web.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

// The composition root: the only file that names Infrastructure. What can be wrong with a setting is said in one sentence.
try
{
    if (RotateMasterKey.Read(args) is { } command)
    {
        return await RotateAsync(command);
    }

    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = ContentRoot.Of(args) });
    builder.WebHost.UseStaticWebAssets();
    builder.Configuration.AddCommandLine(args, new Dictionary<string, string> { ["--listen"] = "Panel:Listen" });
    KnownSettings.Check(builder.Configuration);
    var addresses = ListenAddresses.Read(builder.Configuration);
    builder.WebHost.UseUrls([.. addresses]);
    var ownCertificate = ListenAddresses.NeedCertificate(addresses, builder.Configuration);
    if (ownCertificate)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = kestrel.ApplicationServices.GetRequiredService<ServingCertificate>().Value));
    }

    // What stops the start is told below, in one sentence; the host would tell it with a stack trace as well.
    var started = false;
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", _ => started);

    CleanConsoleFormatter.Replace(builder.Services);
    builder.Services.AddPersistence(builder.Configuration);
    builder.Services.AddPanelIdentity();
    builder.Services.AddSsh();
    builder.Services.AddPackages();
    builder.Services.AddClusterApi();
    builder.Services.AddDeployments(builder.Configuration);
    builder.Services.AddPanelWeb<AppUser>();
    builder.Services.AddOpenIdConnectSignIn<AppUser>(builder.Configuration);
    builder.Services.AddSingleton(provider =>
    {
        var code = provider.GetRequiredService<SetupCode>();
        return new FirstRun(code.IsNeededAsync, code.CreateAdministratorAsync, provider.GetRequiredService<IAccountStore>(), provider.GetRequiredService<ITokenStore>(), provider.GetRequiredService<TimeProvider>());
    });

    await using var app = builder.Build();
    app.UsePanelWeb();
    await app.Services.StartDatabaseAsync(CancellationToken.None);
    var setupCode = await app.Services.GetRequiredService<SetupCode>().EnsureAsync(CancellationToken.None);
    await app.StartAsync();
    started = true;
    await StartMessage.WriteAsync(app, setupCode, ownCertificate ? ServingCertificate.Fingerprint(app.Services.GetRequiredService<ServingCertificate>().Value) : null);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (e is StartRefusedException or WrongSettingException or OptionsValidationException)
{
    return await (RotateMasterKey.IsAskedFor(args) ? RotateMasterKey.RefuseAsync(e.Message) : StartMessage.RefuseAsync(e.Message));
}
catch (CryptographicException e)
{
    return await StartMessage.RefuseAsync($"The certificate of the setting Kestrel:Certificates:Default cannot be used: {e.Message.TrimEnd('.')}.");
}
catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException or SocketException)
{
    return await StartMessage.RefuseAsync($"The setting Panel:Listen names an address that cannot be used: {e.Message.TrimEnd('.')}.");
}

static async Task<int> RotateAsync(RotateMasterKey command)
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = command.Settings, ContentRootPath = ContentRoot.Of(command.Settings) });
    KnownSettings.Check(builder.Configuration);
    builder.Services.AddPersistence(builder.Configuration);
    await using var app = builder.Build();
    await Console.Out.WriteLineAsync(await app.Services.RotateMasterKeyAsync(command.PrepareOnly, CancellationToken.None));
    return 0;
}
