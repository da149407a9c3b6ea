using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Infrastructure.Ssh;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

[Collection(SshTests.Name)]
public sealed class SshLoginTests(SshLab lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_KeyNotApproved_NeverConnects()
    {
        lab.Require();
        await using var proxy = new CuttableProxy(lab.Server.Port);
        using var sessions = lab.Sessions();
        var host = lab.Root();
        (host.Port, host.TrustedKey) = (proxy.Port, null);

        await Assert.ThrowsAsync<HostKeyNotTrustedException>(() => sessions.OpenAsync(host, Token));

        Assert.Equal(0, proxy.Connections);
    }

    [Fact]
    public async Task Open_KeyChanged_StopsBeforeAnyLogin()
    {
        lab.Require();
        using var server = await lab.StartServerAsync();
        using var sessions = lab.Sessions();
        var host = server.Host(lab.UserByPassword(null), new HostKey("ssh-ed25519", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));

        var e = await Assert.ThrowsAsync<HostKeyChangedException>(() => sessions.OpenAsync(host, Token));

        Assert.Equal(lab.HostKey(), e.Seen);
        Assert.Equal(host.TrustedKey, e.Trusted);
        Assert.DoesNotContain(lab.User, server.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("ecdsa")]
    [InlineData("ed25519")]
    public async Task Open_AnyKeyOfTheHostPinned_IsTheOneAskedFor(string type)
    {
        lab.Require();
        using var sessions = lab.Sessions();

        await using var session = await sessions.OpenAsync(lab.Server.Host(lab.RootByKey(), lab.HostKey(type)), Token);

        Assert.True((await session.RunAsync(SshLab.Script("true"), Token)).Succeeded);
    }

    [Fact]
    public async Task ReadHostKey_Server_GivesWhatSshKeygenGives()
    {
        lab.Require();
        using var server = await lab.StartServerAsync();
        using var sessions = lab.Sessions();

        var key = await sessions.ReadHostKeyAsync("127.0.0.1", server.Port, Token);

        Assert.Equal("ssh-ed25519", key.Algorithm);
        Assert.Contains(key.Fingerprint, Command.Run("ssh-keygen", "-l", "-f", $"{lab.Keys}/host_ed25519.pub"), StringComparison.Ordinal);
        Assert.DoesNotContain("none", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WrongPassword_SaysSoAndTriesOnce()
    {
        lab.RequireUser("ALL");
        using var server = await lab.StartServerAsync();
        using var sessions = lab.Sessions();

        var e = await Assert.ThrowsAsync<HostAuthenticationException>(() => sessions.OpenAsync(server.Host(lab.UserByPassword(null, "wrong"), lab.HostKey()), Token));

        Assert.Equal($"tested refused the login of {lab.User} with the password of credential \"{lab.User}'s login\": check user name and password; its sshd_config may also forbid this login (PermitRootLogin, PasswordAuthentication).", e.Message);
        Assert.Equal(1, server.Log.Split('\n').Count(l => l.Contains("Failed password", StringComparison.Ordinal)));
        Assert.DoesNotContain("Failed keyboard-interactive", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_UnknownKey_SaysSo()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        var credential = lab.Credentials.Add("root", CredentialKind.PrivateKey, new CredentialSecrets { PrivateKey = File.ReadAllText($"{lab.Keys}/host_rsa") });

        var e = await Assert.ThrowsAsync<HostAuthenticationException>(() => sessions.OpenAsync(lab.Server.Host(credential, lab.HostKey()), Token));

        Assert.Contains("authorized_keys", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_PasswordsForbidden_SaysSo()
    {
        lab.RequireUser("ALL");
        using var server = await lab.StartServerAsync("PasswordAuthentication no", "KbdInteractiveAuthentication no");
        using var sessions = lab.Sessions();

        var e = await Assert.ThrowsAsync<HostAuthenticationException>(() => sessions.OpenAsync(server.Host(lab.UserByPassword(null), lab.HostKey()), Token));

        Assert.Contains("does not accept a password", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_KeyboardInteractiveOnly_AnswersWithThePassword()
    {
        lab.RequireUser("NOPASSWD: ALL");
        Assert.SkipUnless(File.Exists("/etc/pam.d/sshd"), "needs PAM");
        using var server = await lab.StartServerAsync("UsePAM yes", "PasswordAuthentication no", "KbdInteractiveAuthentication yes");
        using var sessions = lab.Sessions();

        await using var session = await sessions.OpenAsync(server.Host(lab.UserByPassword(null), lab.HostKey()), Token);

        Assert.Equal("0\n", (await session.RunAsync(SshLab.Script("id -u"), Token)).Output);
        Assert.Contains("Accepted keyboard-interactive", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_MoreAtOnceThanTheServerGreets_AllGetIn()
    {
        lab.Require();
        using var server = await lab.StartServerAsync("MaxStartups 3:100:3");
        using var sessions = lab.Sessions();
        var credential = lab.RootByKey();

        var opened = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => sessions.OpenAsync(server.Host(credential, lab.HostKey(), $"h{i}"), Token)));

        foreach (var session in opened)
        {
            await session.DisposeAsync();
        }

        Assert.Equal(12, server.Log.Split('\n').Count(l => l.StartsWith("Accepted publickey", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Open_EncryptedKey_IsOpenedWithItsPassphrase()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        var file = Path.Combine(lab.Keys, "encrypted");
        File.Copy($"{lab.Keys}/client", file, overwrite: true);
        Command.Run("chmod", "600", file);
        Command.Run("ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", file);
        var credential = lab.Credentials.Add("root", CredentialKind.PrivateKey, new CredentialSecrets { PrivateKey = File.ReadAllText(file), Passphrase = "open sesame" });

        await using var session = await sessions.OpenAsync(lab.Server.Host(credential, lab.HostKey()), Token);

        Assert.Equal("0\n", (await session.RunAsync(SshLab.Script("id -u"), Token)).Output);
    }

    [Fact]
    public async Task Open_NobodyListens_SaysSo()
    {
        lab.Require();
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var host = lab.Root();
        host.Port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var sessions = lab.Sessions();

        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => sessions.OpenAsync(host, Token));

        Assert.Contains("refused the connection", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_SilentServer_GivesUpInTime()
    {
        lab.Require();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var host = lab.Root();
        host.Port = ((IPEndPoint)silent.LocalEndpoint).Port;
        using var sessions = lab.Sessions(new SshSettings { AnswerTimeout = TimeSpan.FromMilliseconds(500) });
        var watch = Stopwatch.StartNew();

        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => sessions.OpenAsync(host, Token));

        Assert.Contains("did not answer", e.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), $"took {watch.Elapsed}");
    }

    [Fact]
    public async Task Open_ServerHangsUpBeforeGreeting_TriesAgain()
    {
        lab.Require();
        await using var proxy = new CuttableProxy(lab.Server.Port);
        proxy.CutAfter(0);
        var host = lab.Root();
        host.Port = proxy.Port;
        using var sessions = lab.Sessions();

        await using var session = await sessions.OpenAsync(host, Token);

        Assert.Equal(2, proxy.Connections);
    }

    [Fact]
    public async Task Open_SudoWithPassword_RunsAsRoot()
    {
        lab.RequireUser("ALL");
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Server.Host(lab.UserByPassword(lab.UserPassword), lab.HostKey()), Token);

        var result = await session.RunAsync(SshLab.Script("id -u; cat; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '") with { Input = "given\n"u8.ToArray() }, Token);

        Assert.StartsWith("0\ngiven\n", result.Output, StringComparison.Ordinal);
        Assert.Equal("", result.Error);
        Assert.DoesNotContain(lab.UserPassword, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WrongSudoPassword_SaysWhichPassword()
    {
        lab.RequireUser("ALL");
        using var sessions = lab.Sessions();

        var e = await Assert.ThrowsAsync<HostAuthenticationException>(() => sessions.OpenAsync(lab.Server.Host(lab.UserByPassword("wrong"), lab.HostKey()), Token));

        Assert.Equal($"The login of {lab.User} on tested works, but sudo refused its password: correct the sudo password in credential \"{lab.User}'s login\".", e.Message);
    }

    [Fact]
    public async Task Open_NoSudoPasswordStored_SaysSo()
    {
        lab.RequireUser("ALL");
        using var sessions = lab.Sessions();

        var e = await Assert.ThrowsAsync<HostAuthenticationException>(() => sessions.OpenAsync(lab.Server.Host(lab.UserByPassword(null), lab.HostKey()), Token));

        Assert.Contains("none is stored", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NotASudoer_SaysSo()
    {
        lab.RequireUser(null);
        using var sessions = lab.Sessions();

        var e = await Assert.ThrowsAsync<HostAuthenticationException>(() => sessions.OpenAsync(lab.Server.Host(lab.UserByPassword(lab.UserPassword), lab.HostKey()), Token));

        Assert.Contains("does not allow", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoPasswordSudo_NeverExecutesThePasswordLine()
    {
        lab.RequireUser("NOPASSWD: ALL");
        var directory = SshLab.NewDirectory();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Server.Host(lab.UserByPassword($"touch {directory}/executed"), lab.HostKey()), Token);

        var result = await session.RunAsync(SshLab.Script("id -u; cat"), Token);

        Assert.Equal("0\n", result.Output);
        Assert.Empty(Directory.GetFileSystemEntries(directory));
        Directory.Delete(directory);
    }

    [Fact]
    public async Task Run_SudoRefusedMeanwhile_IsNoResultOfTheScript()
    {
        lab.RequireUser("ALL");
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Server.Host(lab.UserByPassword(lab.UserPassword), lab.HostKey()), Token);
        lab.RequireUser(null);

        var e = await Assert.ThrowsAsync<HostAuthenticationException>(() => session.RunAsync(SshLab.Script("true"), Token));

        Assert.Contains("sudo", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TwoSessions_CloseTheConnectionAfterTheLast()
    {
        lab.Require();
        using var server = await lab.StartServerAsync();
        using var sessions = lab.Sessions(new SshSettings { KeepUnused = TimeSpan.FromMilliseconds(1) });
        var host = server.Host(lab.RootByKey(), lab.HostKey());
        var first = await sessions.OpenAsync(host, Token);
        var second = await sessions.OpenAsync(host, Token);

        await first.DisposeAsync();
        Assert.True((await second.RunAsync(SshLab.Script("true"), Token)).Succeeded);
        Assert.DoesNotContain("Disconnected from", server.Log, StringComparison.Ordinal);
        await second.DisposeAsync();

        await server.WaitForLogAsync("Disconnected from", Token);
        Assert.Equal(1, server.Log.Split('\n').Count(l => l.StartsWith("Accepted publickey", StringComparison.Ordinal)));
    }
}
