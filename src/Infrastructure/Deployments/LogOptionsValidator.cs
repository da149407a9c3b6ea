using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Deployments;

internal sealed class LogOptionsValidator : IValidateOptions<LogOptions>
{
    private const int MostMebibytes = 1024;
    private const int MostDays = 36500;

    public ValidateOptionsResult Validate(string? name, LogOptions options)
    {
        if (options.MaxMebibytesPerCommand is < 1 or > MostMebibytes)
        {
            return ValidateOptionsResult.Fail($"The setting Log:MaxMebibytesPerCommand must be a number from 1 to {MostMebibytes}, not {options.MaxMebibytesPerCommand}.");
        }

        return options.KeepDays is < 0 or > MostDays
            ? ValidateOptionsResult.Fail($"The setting Log:KeepDays must be a number from 0 (for ever) to {MostDays}, not {options.KeepDays}.")
            : ValidateOptionsResult.Success;
    }
}
