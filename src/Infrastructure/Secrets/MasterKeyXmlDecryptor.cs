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
        var box = Convert.FromBase64String(encryptedElement.Value);
        var key = services.GetRequiredService<KnownMasterKeys>().WhichOpens(box, MasterKeyXmlEncryptor.Purpose);
        return XElement.Parse(Encoding.UTF8.GetString(key.Open(box, MasterKeyXmlEncryptor.Purpose)));
    }
}
