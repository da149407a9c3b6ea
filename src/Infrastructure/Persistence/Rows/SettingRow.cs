namespace ClusterPanel.Infrastructure.Persistence.Rows;

internal sealed class SettingRow
{
    public required string Key { get; init; }

    public required string Value { get; set; }
}
