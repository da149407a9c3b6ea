using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Every time is stored as microseconds since 1970 in UTC: a number both databases order, compare and calculate with.</summary>
internal sealed class UtcMicroseconds() : ValueConverter<DateTimeOffset, long>(time => Of(time), value => At(value))
{
    public static long Of(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static long Of(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset At(long value) => DateTimeOffset.UnixEpoch.AddTicks(value * TimeSpan.TicksPerMicrosecond);
}
