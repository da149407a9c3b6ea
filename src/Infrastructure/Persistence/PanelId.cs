using System.Globalization;
using System.Security.Cryptography;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Which panel this is: made at the first start, part of what hosts remember as their owner.</summary>
public sealed class PanelId
{
    private const string Key = "panel-id";
    private Guid? _value;

    /// <summary>Known after the start.</summary>
    public Guid Value => _value ?? throw new InvalidOperationException("The panel's id is read by StartDatabaseAsync, which has not run.");

    /// <summary>This panel and this process of it; the random part tells apart processes of one number in different containers.</summary>
    /// <param name="address">Where it is served, or null.</param>
    internal PanelIdentity ToIdentity(string? address)
    {
        var process = $"{Environment.MachineName}/{Environment.ProcessId}/{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

        // It stands in scripts for hosts, so nothing of the setting's that a shell would read differently.
        var served = string.Concat((address ?? "").Where(c => char.IsAsciiLetterOrDigit(c) || "/:.[]-_".Contains(c)));
        return new(Value, served.Length > 0 ? $"{process}@{served}" : process);
    }

    internal async Task LoadAsync(SettingStore settings, CancellationToken cancellationToken)
    {
        if (await settings.FindAsync(Key, cancellationToken) is { } known)
        {
            _value = Guid.Parse(known, CultureInfo.InvariantCulture);
            return;
        }

        var made = Guid.NewGuid();
        await settings.SaveAsync(Key, made.ToString("D", CultureInfo.InvariantCulture), cancellationToken);
        _value = made;
    }
}
