using System.Security.Cryptography;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Infrastructure.Ssh;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

/// <summary>One sshd for all SSH tests, with root by key and, where sudo is installed, a login with a password. Needs root.</summary>
public sealed class SshLab : IAsyncLifetime
{
    private readonly FakeCredentialStore _credentials = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("cp-ssh-").FullName;
    private string? _skip;
    private string? _skipUser;

    internal SshServer Server { get; private set; } = null!;

    internal FakeCredentialStore Credentials => _credentials;

    /// <summary>Where the keys lie: host_rsa, host_ecdsa, host_ed25519, client, authorized_keys.</summary>
    internal string Keys => Path.Combine(_directory, "keys");

    internal string User { get; } = "cp-test-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3));

    internal string UserPassword { get; } = "Pw " + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public async ValueTask InitializeAsync()
    {
        _skip = !OperatingSystem.IsLinux() || Environment.UserName != "root" ? "needs root on Linux"
            : !File.Exists("/usr/sbin/sshd") ? "needs /usr/sbin/sshd (package openssh-server)" : null;
        _skipUser = _skip ?? (!File.Exists("/usr/bin/sudo") ? "needs sudo" : !File.Exists("/usr/sbin/useradd") ? "needs useradd" : null);
        if (_skip is not null)
        {
            return;
        }

        Directory.CreateDirectory(Keys);
        foreach (var type in new[] { "rsa", "ecdsa", "ed25519" })
        {
            Command.Run("ssh-keygen", "-q", "-t", type, "-N", "", "-f", $"{Keys}/host_{type}");
        }

        Command.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", $"{Keys}/client");
        File.Copy($"{Keys}/client.pub", $"{Keys}/authorized_keys");
        Command.Run("chmod", "755", _directory, Keys);
        if (_skipUser is null)
        {
            var hash = Command.Run("openssl", "passwd", "-6", UserPassword).Trim();
            Command.Run("useradd", "-m", "-s", "/bin/bash", "-p", hash, User);
        }

        Server = await SshServer.StartAsync(Keys, Path.Combine(_directory, "server"), TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Server?.Dispose();
        if (_skipUser is null)
        {
            File.Delete($"/etc/sudoers.d/{User}");
            Command.Try("userdel", "-r", User);
        }

        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal void Require() => Assert.SkipWhen(_skip is not null, _skip ?? "");

    /// <summary>Sets what sudo lets the user do: "ALL", "NOPASSWD: ALL" or nothing.</summary>
    internal void RequireUser(string? sudo)
    {
        Assert.SkipWhen(_skipUser is not null, _skipUser ?? "");
        var file = $"/etc/sudoers.d/{User}";
        File.Delete(file);
        if (sudo is not null)
        {
            File.WriteAllText(file, $"{User} ALL=(ALL) {sudo}\n");
            Command.Run("chmod", "440", file);
        }
    }

    internal static string NewDirectory() => Directory.CreateTempSubdirectory("cp-ssh-work-").FullName;

    internal HostKey HostKey(string type = "ed25519")
    {
        var blob = Convert.FromBase64String(File.ReadAllText($"{Keys}/host_{type}.pub").Split(' ')[1]);
        return HostKeys.Read(blob);
    }

    internal Guid RootByKey() => _credentials.Add("root", CredentialKind.PrivateKey, new CredentialSecrets { PrivateKey = File.ReadAllText($"{Keys}/client") });

    internal Guid UserByPassword(string? sudoPassword, string? password = null) =>
        _credentials.Add(User, CredentialKind.Password, new CredentialSecrets { Password = password ?? UserPassword, SudoPassword = sudoPassword });

    /// <summary>Another sshd with the same keys, for a test that reads its log or needs other settings.</summary>
    internal Task<SshServer> StartServerAsync(params string[] settings) => SshServer.StartAsync(Keys, NewDirectory(), TestContext.Current.CancellationToken, settings);

    internal Host Root() => Server.Host(RootByKey(), HostKey());

    internal SshHostSessions Sessions(SshSettings? settings = null) => new(_credentials, settings ?? new SshSettings(), TimeProvider.System, NullLogger<SshHostSessions>.Instance);

    internal static HostCommand Script(string script, TimeSpan? timeout = null) => new("Try something", script, timeout ?? TimeSpan.FromSeconds(30));
}
