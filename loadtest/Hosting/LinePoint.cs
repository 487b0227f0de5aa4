using System.Globalization;

namespace FlashSale.LoadTest.Hosting;

/// <summary>One step's statistics at one moment.</summary>
/// <param name="Kind"><c>live</c> or <c>final</c>.</param>
public sealed record LinePoint(
    string Suite, string Scenario, string Step, string Kind, long Ok, long Failed, double P50Ms, double P99Ms, long Bytes)
{
    /// <summary>In InfluxDB's line protocol, without a time: the database gives its own.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture,
        $"flashsale,suite={Tag(Suite)},scenario={Tag(Scenario)},step={Tag(Step)},kind={Tag(Kind)} "
        + $"ok={Ok}i,failed={Failed}i,p50_ms={P50Ms},p99_ms={P99Ms},bytes={Bytes}i");

    /// <summary>A tag may not be empty, and commas, spaces and equals signs end it.</summary>
    private static string Tag(string text) => text.Length == 0 ? "none" : text
        .Replace(@"\", @"\\", StringComparison.Ordinal).Replace(",", @"\,", StringComparison.Ordinal)
        .Replace("=", @"\=", StringComparison.Ordinal).Replace(" ", @"\ ", StringComparison.Ordinal);
}
