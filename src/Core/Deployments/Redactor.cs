using System.Text.RegularExpressions;

namespace ClusterPanel.Core.Deployments;

/// <summary>Takes secrets out of texts on their way into logs, evidence and errors: known values, and what has the shape of a secret.</summary>
public sealed partial class Redactor
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mask = "[redacted]";

    // Shorter values would blot out ordinary words; a password that short is no secret in a log line either.
    private const int ShortestSecret = 4;

    private readonly Lock _gate = new();
    private string[] _secrets = [];

    /// <summary>Makes a value known. Values of several lines are hidden line by line, because logs arrive by line.</summary>
    public void Add(string secret)
    {
        lock (_gate)
        {
            _secrets = [.. _secrets.Concat(secret.Split('\n').Select(l => l.Trim())).Where(s => s.Length >= ShortestSecret).Distinct().OrderByDescending(s => s.Length)];
        }
    }

    /// <summary>The text without secrets.</summary>
    public string Clean(string text)
    {
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        text = PrivateKeyPattern().Replace(text, Mask);
        text = PanelTokenPattern().Replace(text, Mask);
        return TokenPattern().Replace(text, Mask);
    }

    // A token of the panel's own API: Access/TokenService.
    [GeneratedRegex("cpt_[A-Za-z0-9_-]{20,}", RegexOptions.CultureInvariant)]
    private static partial Regex PanelTokenPattern();

    // Bootstrap tokens: https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#token-format
    [GeneratedRegex(@"(?<![a-z0-9.])[a-z0-9]{6}\.[a-z0-9]{16}(?!\.?[a-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex TokenPattern();

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex PrivateKeyPattern();
}
