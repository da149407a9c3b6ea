using Renci.SshNet;
using Renci.SshNet.Common;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>
/// Logs in with a password, by the method "password" or, where a server has only that, by "keyboard-interactive". A refused
/// password is not tried a second time by the other method: account locks count every try.
/// </summary>
internal static class PasswordLogin
{
    /// <summary>What the exception says when the host wants another password first.</summary>
    public const string Expired = "The password has expired.";

    public static AuthenticationMethod[] Methods(string user, string password)
    {
        var plain = new PasswordAuthenticationMethod(user, password);
        plain.PasswordExpired += (_, _) => throw new SshAuthenticationException(Expired);
        var first = new Once(plain, null);
        var keyboard = new KeyboardInteractiveAuthenticationMethod(user);
        keyboard.AuthenticationPrompt += (_, e) =>
        {
            foreach (var prompt in e.Prompts)
            {
                prompt.Response = prompt.IsEchoed ? "" : password;
            }
        };
        return [first, new Once(keyboard, first)];
    }

    private sealed class Once(AuthenticationMethod inner, Once? notAfter) : AuthenticationMethod(inner.Username)
    {
        private bool _refused;

        public override string Name => inner.Name;

        public override AuthenticationResult Authenticate(Session session)
        {
            if (notAfter is { _refused: true })
            {
                return AuthenticationResult.Failure;
            }

            var result = inner.Authenticate(session);
            AllowedAuthentications = inner.AllowedAuthentications;
            _refused = result == AuthenticationResult.Failure;
            return result;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
