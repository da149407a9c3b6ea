using System.Globalization;

namespace ClusterPanel.Core.Access;

/// <summary>What name and password of an account may be at most; which letters and how long a password at least, Identity knows.</summary>
public static class AccountRules
{
    /// <summary>The longest name.</summary>
    public const int MaximumNameLength = 64;

    /// <summary>The longest password, in characters.</summary>
    public const int MaximumPasswordLength = 256;

    /// <summary>True for what can be a name at all; nothing else is asked of the database.</summary>
    public static bool IsName(string name) => InputText.IsName(name, MaximumNameLength);

    /// <summary>Every wrong field of a new account.</summary>
    public static IReadOnlyList<FieldError> Check(string name, string password) => IsName(name)
        ? CheckPassword(password)
        : [new("userName", string.Create(CultureInfo.InvariantCulture, $"Give a user name of 1 to {MaximumNameLength} letters and digits.")), .. CheckPassword(password)];

    /// <summary>What is wrong with a new password.</summary>
    public static IReadOnlyList<FieldError> CheckPassword(string password) => password.Length <= MaximumPasswordLength && !password.Any(char.IsControl)
        ? []
        : [new("password", string.Create(CultureInfo.InvariantCulture, $"A password has at most {MaximumPasswordLength} characters, and no line breaks or control characters."))];
}
