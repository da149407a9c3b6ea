using System.Globalization;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Web.Components.Controls;

/// <summary>Numbers, times and lists as people read them.</summary>
public static class Show
{
    /// <summary>"4.2 s", "3 min 05 s", "2 h 07 min".</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        _ when time < TimeSpan.Zero => "0 s",
        _ when time.TotalSeconds < 10 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        _ when time.TotalMinutes < 1 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalSeconds} s"),
        _ when time.TotalHours < 1 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes:00} min"),
    };

    /// <summary>"253.1 MB".</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
    };

    /// <summary>"7.8 GiB".</summary>
    public static string MiB(long mib) =>
        mib < 1024 ? string.Create(CultureInfo.InvariantCulture, $"{mib} MiB") : string.Create(CultureInfo.InvariantCulture, $"{mib / 1024.0:0.0} GiB");

    /// <summary>Date and time to the minute, on the panel's clock.</summary>
    public static string Moment(DateTimeOffset moment, TimeProvider time) =>
        Local(moment, time).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Time of day to the millisecond, on the panel's clock.</summary>
    public static string Clock(DateTimeOffset moment, TimeProvider time) =>
        Local(moment, time).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>"h1, h2", or "50 hosts" when there are more than four.</summary>
    public static string Hosts(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count <= 4 ? string.Join(", ", all) : string.Create(CultureInfo.InvariantCulture, $"{all.Count} hosts");
    }

    /// <summary>"Master" or "Worker".</summary>
    public static string Role(NodeRole role) => role == NodeRole.ControlPlane ? "Master" : "Worker";

    /// <summary>A node's name, with its host's where the inventory calls that otherwise.</summary>
    public static string Node(ClusterMember member) => member.NodeName == member.HostName ? member.NodeName : $"{member.NodeName} ({member.HostName})";

    private static DateTimeOffset Local(DateTimeOffset moment, TimeProvider time) => TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone);
}
