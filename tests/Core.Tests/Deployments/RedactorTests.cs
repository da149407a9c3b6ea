using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class RedactorTests
{
    private readonly Redactor _redactor = new();

    [Fact]
    public void Clean_KnownValue_IsHiddenEverywhere()
    {
        _redactor.Add("s3cret");

        Assert.Equal("a [redacted] b [redacted]", _redactor.Clean("a s3cret b s3cret"));
    }

    [Fact]
    public void Clean_ValueThatHoldsAnother_IsHiddenWhole()
    {
        _redactor.Add("pass");
        _redactor.Add("password-long");

        Assert.Equal("[redacted] [redacted]", _redactor.Clean("password-long pass"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    public void Clean_VeryShortValue_IsLeftAlone(string secret)
    {
        _redactor.Add(secret);

        Assert.Equal("abc abc", _redactor.Clean("abc abc"));
    }

    [Fact]
    public void Clean_ValueOfSeveralLines_IsHiddenLineByLine()
    {
        _redactor.Add("-----BEGIN X-----\r\nMIIEpAIBAAKC\r\n-----END X-----\r\n");

        Assert.Equal("[redacted]", _redactor.Clean("MIIEpAIBAAKC"));
    }

    [Theory]
    [InlineData("token abcdef.0123456789abcdef here", "token [redacted] here")]
    [InlineData("\"abcdef.0123456789abcdef\"", "\"[redacted]\"")]
    [InlineData("the token is abcdef.0123456789abcdef.", "the token is [redacted].")]
    [InlineData("the token:abcdef.0123456789abcdef, use it", "the token:[redacted], use it")]
    public void Clean_BootstrapToken_IsHiddenThoughUnknown(string text, string expected) => Assert.Equal(expected, _redactor.Clean(text));

    [Fact]
    public void Clean_TokenOfThePanel_IsHiddenThoughUnknown() =>
        Assert.Equal("?access_token=[redacted]&x", _redactor.Clean($"?access_token=cpt_{new string('a', 40)}_-9&x"));

    [Theory]
    [InlineData("apiserver.cluster.local")]
    [InlineData("xabcdef.0123456789abcdef")]
    [InlineData("abcdef.0123456789abcdef0")]
    [InlineData("node01.abcdefghijklmnop.example.org")]
    [InlineData("1.20.2 10.103.97.2:6443")]
    public void Clean_OrdinaryWords_AreLeftAlone(string text) => Assert.Equal(text, _redactor.Clean(text));

    [Theory]
    [InlineData("RSA PRIVATE KEY")]
    [InlineData("PRIVATE KEY")]
    [InlineData("OPENSSH PRIVATE KEY")]
    public void Clean_PrivateKey_IsHiddenThoughUnknown(string kind) =>
        Assert.Equal("a\n[redacted]\nb", _redactor.Clean($"a\n-----BEGIN {kind}-----\nMIIE\nabc\n-----END {kind}-----\nb"));

    [Fact]
    public void Clean_PrivateKeyCutOff_IsHiddenToTheEnd() => Assert.Equal("a [redacted]", _redactor.Clean("a -----BEGIN PRIVATE KEY-----\nMIIE\nabc"));

    [Fact]
    public void Clean_Certificate_IsLeftAlone()
    {
        const string Text = "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----";

        Assert.Equal(Text, _redactor.Clean(Text));
    }
}
