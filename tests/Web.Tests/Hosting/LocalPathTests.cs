using ClusterPanel.Web.Accounts;

namespace ClusterPanel.Web.Tests.Hosting;

public sealed class LocalPathTests
{
    [Theory]
    [InlineData("/deployments/1?host=a", "/deployments/1?host=a")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("/\t/elsewhere.example", "/")]
    public void Of_Url_NeverLeadsElsewhere(string? url, string expected) => Assert.Equal(expected, LocalPath.Of(url));
}
