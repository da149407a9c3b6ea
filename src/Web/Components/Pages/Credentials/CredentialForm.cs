using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Components.Pages.Credentials;

/// <summary>What stands in the dialog's fields.</summary>
internal sealed class CredentialForm
{
    public string Name { get; set; } = "";

    public string User { get; set; } = "root";

    public CredentialKind Kind { get; set; } = CredentialKind.PrivateKey;

    public string? Password { get; set; }

    public string? PrivateKey { get; set; }

    public string? Passphrase { get; set; }

    public string? SudoPassword { get; set; }

    public CredentialSecrets Secrets() => new()
    {
        Password = Kind == CredentialKind.Password ? Given(Password) : null,
        PrivateKey = Kind == CredentialKind.PrivateKey && Given(PrivateKey) is { } key ? key.ReplaceLineEndings("\n").Trim() + "\n" : null,
        Passphrase = Kind == CredentialKind.PrivateKey ? Given(Passphrase) : null,
        SudoPassword = Given(SudoPassword),
    };

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
