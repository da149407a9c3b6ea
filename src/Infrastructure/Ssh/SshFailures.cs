using System.Net.Sockets;
using ClusterPanel.Core.Hosts;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Transport;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>Makes sentences an operator can act on of what SSH.NET and the network say.</summary>
internal static class SshFailures
{
    /// <summary>True when a failed login is worth another try within seconds: sshd sheds load by hanging up (MaxStartups).</summary>
    public static bool HungUpEarly(Exception e) => e switch
    {
        SshConnectionException c => c.DisconnectReason == DisconnectReason.ConnectionLost,
        SocketException s => s.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted,
        _ => false,
    };

    /// <summary>True when the exception came from the link, not from the caller's own code.</summary>
    public static bool IsLink(Exception e) => e is SshException or SocketException or ObjectDisposedException or InvalidOperationException or ProxyException;

    /// <summary>Why no connection could be made.</summary>
    public static HostException Dial(string name, string endpoint, Exception e, TimeSpan waited) => e switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            new HostUnreachableException(name, $"{name} refused the connection to {endpoint}: nothing listens there. Check address and port, and that sshd runs.", e),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
            new HostUnreachableException(name, $"The address {endpoint} of {name} is a name that cannot be resolved here. Check its spelling, or enter the IP address.", e),
        SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.HostUnreachable } =>
            new HostUnreachableException(name, $"There is no route to {name} ({endpoint}). Check the address, the panel's network and firewalls in between.", e),
        SocketException { SocketErrorCode: SocketError.TimedOut } or SshOperationTimeoutException or TimeoutException =>
            new HostUnreachableException(name, $"{name} ({endpoint}) did not answer within {waited.TotalSeconds:0} seconds. Check that it runs, its address, and firewalls in between.", e),
        SshConnectionException { DisconnectReason: DisconnectReason.KeyExchangeFailed } =>
            new HostUnreachableException(name, $"{name} ({endpoint}) and the panel found no way to encrypt the connection: {e.Message} Allow a current algorithm in its sshd_config.", e),
        SshConnectionException { DisconnectReason: DisconnectReason.ProtocolError } =>
            new HostUnreachableException(name, $"What answers at {endpoint} is not an SSH server. Check the port of {name}.", e),
        _ when HungUpEarly(e) =>
            new HostUnreachableException(name, $"{name} ({endpoint}) takes the connection and hangs up at once, several times in a row. Its sshd is overloaded (MaxStartups) or bans the panel's address (fail2ban, PerSourcePenalties, hosts.deny).", e),
        _ => new HostUnreachableException(name, $"The connection to {name} ({endpoint}) failed: {e.Message}", e),
    };

    /// <summary>Why the login was refused.</summary>
    public static HostAuthenticationException Login(SshLogin login, SshAuthenticationException e)
    {
        var means = login.Kind == CredentialKind.Password ? "password" : "private key";
        var cause = e.Message == PasswordLogin.Expired ? "the password has expired there; change it on the host, then in the credential"
            : e.Message.Contains("No suitable authentication method", StringComparison.Ordinal)
            ? $"its SSH server does not accept a {means} for this login"
            : login.Kind == CredentialKind.Password
                ? "check user name and password; its sshd_config may also forbid this login (PermitRootLogin, PasswordAuthentication)"
                : "check that the matching public key is in the user's ~/.ssh/authorized_keys there, and that sshd_config allows this login (PermitRootLogin)";
        return new HostAuthenticationException(login.HostName, $"{login.HostName} refused the login of {login.User} with the {means} of credential \"{login.CredentialName}\": {cause}.", e);
    }

    /// <summary>The link was lost under a running command.</summary>
    public static HostUnreachableException Lost(string name, string summary, Exception? e) =>
        new(name, $"The connection to {name} was lost during \"{summary}\"; it may still run there.", e);
}
