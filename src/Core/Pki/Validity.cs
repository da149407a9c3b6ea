using System.Globalization;

namespace ClusterPanel.Core.Pki;

/// <summary>How long certificates are valid.</summary>
public static class Validity
{
    /// <summary>What a new cluster gets when nothing else is asked for.</summary>
    public const int DefaultYears = 99;

    /// <summary>The most that can be asked for.</summary>
    public const int MostYears = 100;

    // kubeadm's own (CertificateAuthorityCAValidity): a CA is not renewed with its certificates, so it is never given less.
    private const int LeastYearsOfCa = 10;

    private const int HoursAYear = 8766;

    // Others count a year as 365 days: 25 days in a century.
    private static readonly TimeSpan Slack = TimeSpan.FromDays(30);

    /// <summary>Years of the CAs of a cluster whose certificates get so many.</summary>
    public static int OfCa(int years) => Math.Max(years, LeastYearsOfCa);

    /// <summary>The end of so many years (of 365.25 days) from then on.</summary>
    public static DateTimeOffset End(DateTimeOffset from, int years) => from.AddHours((double)years * HoursAYear);

    /// <summary>True when a certificate was given clearly less than so many years, and its CA would have allowed more.</summary>
    /// <param name="begins">From when on it is valid.</param>
    /// <param name="ends">Until when.</param>
    /// <param name="years">How long it should be.</param>
    /// <param name="authority">The end of its CA, if known.</param>
    public static bool IsShort(DateTimeOffset begins, DateTimeOffset ends, int years, DateTimeOffset? authority) =>
        ends < End(begins, years) - Slack && !(authority is { } last && ends > last - Slack);

    /// <summary>So many years as Go's <c>time.Duration</c> reads it.</summary>
    public static string Hours(int years) => string.Create(CultureInfo.InvariantCulture, $"{years * HoursAYear}h");
}
