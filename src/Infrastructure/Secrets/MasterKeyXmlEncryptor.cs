using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>Wraps the keys of the key ring on their way into the database; <see cref="KeyRing"/> sees to it that it is with the current master key.</summary>
internal sealed class MasterKeyXmlEncryptor(KnownMasterKeys keys) : IXmlEncryptor
{
    public const string Purpose = "ClusterPanel.KeyRing.v1";

    /// <summary>Name of what is sealed. It is in the database and must stay.</summary>
    public const string Element = "masterKeySealed";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var box = keys.Any.Seal(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)), Purpose);
        return new EncryptedXmlInfo(new XElement(Element, Convert.ToBase64String(box)), typeof(MasterKeyXmlDecryptor));
    }
}
