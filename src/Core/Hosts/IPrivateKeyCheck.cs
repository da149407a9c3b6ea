namespace ClusterPanel.Core.Hosts;

/// <summary>Tells whether a private key can be used, before it is stored.</summary>
public interface IPrivateKeyCheck
{
    /// <summary>Null when key and passphrase fit; else a sentence that says what is wrong ("the passphrase is wrong").</summary>
    FieldError? Check(string privateKey, string? passphrase);
}
