namespace ClusterPanel.Core.Tests;

public sealed class InputTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("root key of rack 1")]
    [InlineData("<b>'\"`$(x);")]
    [InlineData("Schlüssel für Übersee")]
    [InlineData("کلید می\u200cخواهم")]
    [InlineData("👩\u200d🚀")]
    public void IsPlain_WhatAReaderSees_IsTrue(string text) => Assert.True(InputText.IsPlain(text));

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    [InlineData("a\u007fb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u202eb")]
    [InlineData("a\u2066b")]
    [InlineData("a\u200bb")]
    [InlineData("\ufeffa")]
    [InlineData("a\u2028b")]
    [InlineData("a\u2029b")]
    [InlineData("a\U000E0041b")]
    public void IsPlain_WhatIsHidden_IsFalse(string text) => Assert.False(InputText.IsPlain(text));

    [Fact]
    public void IsPlain_HalfASurrogatePair_IsFalse()
    {
        Assert.False(InputText.IsPlain("a" + (char)0xd800));
        Assert.False(InputText.IsPlain((char)0xdc00 + "a"));
        Assert.True(InputText.IsPlain("\U0001F600"));
    }

    [Theory]
    [InlineData("abcd", true)]
    [InlineData("abcde", false)]
    [InlineData(" ", false)]
    [InlineData("", false)]
    [InlineData("a\0", false)]
    public void IsName_OfAtMostFour_IsJudged(string text, bool expected) => Assert.Equal(expected, InputText.IsName(text, 4));
}
