using ClusterPanel.Core.Access;

namespace ClusterPanel.Core.Tests.Access;

public sealed class AccountRulesTests
{
    [Theory]
    [InlineData("", "correct horse battery", "userName")]
    [InlineData("a\0b", "correct horse battery", "userName")]
    [InlineData("maria", "correct horse\nbattery", "password")]
    [InlineData(" ", "a\0b", "userName password")]
    public void Check_WrongFields_AreNamed(string name, string password, string fields) => Assert.Equal(fields, string.Join(' ', AccountRules.Check(name, password).Select(e => e.Field)));

    [Fact]
    public void Check_Longest_IsTaken()
    {
        Assert.Empty(AccountRules.Check(new string('a', AccountRules.MaximumNameLength), new string('p', AccountRules.MaximumPasswordLength)));
        Assert.Equal(2, AccountRules.Check(new string('a', AccountRules.MaximumNameLength + 1), new string('p', AccountRules.MaximumPasswordLength + 1)).Count);
    }
}
