using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>Says why a login that works does not lead to root.</summary>
internal static class SudoRefusals
{
    /// <summary>The sentence for what sudo (or the login shell) printed.</summary>
    public static HostAuthenticationException Explain(SshLogin login, string said)
    {
        var works = $"The login of {login.User} on {login.HostName} works, but";
        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
        var last = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "it said nothing";
        var sentence = said switch
        {
            _ when Says("incorrect password") || Says("try again") || Says("no password was provided") =>
                $"{works} sudo refused its password: correct the sudo password in credential \"{login.CredentialName}\".",
            _ when Says("password is required") =>
                $"{works} sudo asks for a password and none is stored: set the sudo password in credential \"{login.CredentialName}\".",
            _ when Says("not in the sudoers") || Says("may not run sudo") || Says("not allowed to") =>
                $"{works} sudo does not allow {login.User} to run commands as root: {last}",
            _ when Says("must have a tty") || Says("no tty present") =>
                $"{works} sudo wants a terminal: remove requiretty for {login.User} from its sudoers file.",
            _ => $"{works} no command could be run as root: {last}",
        };
        return new HostAuthenticationException(login.HostName, sentence);
    }
}
