using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Clusters;

internal sealed class CertificateOptionsValidator : IValidateOptions<CertificateOptions>
{
    public ValidateOptionsResult Validate(string? name, CertificateOptions options) => options.WarnDays is < 1 or > 3650
        ? ValidateOptionsResult.Fail($"The setting {CertificateOptions.Section}:{nameof(CertificateOptions.WarnDays)} must be 1 to 3650 days.")
        : ValidateOptionsResult.Success;
}
