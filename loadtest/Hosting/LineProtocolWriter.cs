using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

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

/// <summary>Sends points to whatever takes InfluxDB's line protocol by HTTP, or writes them as text.</summary>
/// <param name="url">Such as <c>http://influx:8086/api/v2/write?org=o&amp;bucket=b</c>; null = as text.</param>
/// <param name="token">For <c>Authorization: Token …</c>; null = none.</param>
public sealed class LineProtocolWriter(string? url, string? token, TextWriter text) : IDisposable
{
    /// <summary>A database that is slower than the interval between two statistics would pile them up.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient? _http = url is null ? null : new HttpClient { Timeout = s_patience };

    /// <exception cref="HttpRequestException">They were not taken.</exception>
    public async Task WriteAsync(IEnumerable<LinePoint> points)
    {
        var lines = string.Join('\n', points.Select(point => point.ToLine()));
        if (lines.Length == 0) return;
        if (_http is null)
        {
            await text.WriteLineAsync(lines).ConfigureAwait(false);
            return;
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(lines, Encoding.UTF8) };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Token", token);
        using var answer = await _http.SendAsync(request).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http?.Dispose();
}
