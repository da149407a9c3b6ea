using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>Unwraps the keys of the key ring. Its name is in the database and must stay; Data Protection makes it with this constructor.</summary>
internal sealed class MasterKeyXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var key = services.GetRequiredService<MasterKeyFile>().Key;
        return XElement.Parse(Encoding.UTF8.GetString(key.Open(Convert.FromBase64String(encryptedElement.Value), MasterKeyXmlEncryptor.Purpose)));
    }
}
