using ClusterPanel.Infrastructure.Deployments;

namespace ClusterPanel.Infrastructure.Tests.Deployments;

public sealed class LogOptionsValidatorTests
{
    [Theory]
    [InlineData(0, 1, "Log:MaxMebibytesPerCommand must be a number from 1 to 1024, not 0")]
    [InlineData(1025, 1, "Log:MaxMebibytesPerCommand must be a number from 1 to 1024, not 1025")]
    [InlineData(1, -1, "Log:KeepDays must be a number from 0 (for ever) to 36500, not -1")]
    public void Validate_WrongNumber_NamesTheSettingAndItsRange(int mebibytes, int days, string expected)
    {
        var result = new LogOptionsValidator().Validate(null, new LogOptions { MaxMebibytesPerCommand = mebibytes, KeepDays = days });

        Assert.Contains(expected, result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_Defaults_AreRight() => Assert.True(new LogOptionsValidator().Validate(null, new LogOptions()).Succeeded);
}
