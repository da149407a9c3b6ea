using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>Wraps the keys of the key ring on their way into the database.</summary>
internal sealed class MasterKeyXmlEncryptor(MasterKeyFile file) : IXmlEncryptor
{
    public const string Purpose = "ClusterPanel.KeyRing.v1";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var box = file.Key.Seal(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)), Purpose);
        return new EncryptedXmlInfo(new XElement("masterKeySealed", Convert.ToBase64String(box)), typeof(MasterKeyXmlDecryptor));
    }
}
