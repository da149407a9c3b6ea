using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure;

internal sealed class PanelOptionsValidator : IValidateOptions<PanelOptions>
{
    public ValidateOptionsResult Validate(string? name, PanelOptions options)
    {
        if (!Path.IsPathFullyQualified(options.EffectiveDataDirectory))
        {
            return ValidateOptionsResult.Fail(options.DataDirectory.Length > 0
                ? $"The setting Panel:DataDirectory must be a full path, not \"{options.DataDirectory}\"."
                : "This user has no home directory to keep data in: give the setting Panel:DataDirectory a full path.");
        }

        if (File.Exists(options.EffectiveDataDirectory))
        {
            return ValidateOptionsResult.Fail($"The setting Panel:DataDirectory names the file {options.EffectiveDataDirectory}; give it a directory.");
        }

        if (options.Packages.FirstOrDefault(p => !File.Exists(p)) is { } missing)
        {
            return ValidateOptionsResult.Fail($"The setting Panel:Packages names the file {missing}, which is not there.");
        }

        return options.MasterKeyFile.Length > 0 && !Path.IsPathFullyQualified(options.MasterKeyFile)
            ? ValidateOptionsResult.Fail($"The setting Panel:MasterKeyFile must be a full path, not \"{options.MasterKeyFile}\".")
            : ValidateOptionsResult.Success;
    }
}
