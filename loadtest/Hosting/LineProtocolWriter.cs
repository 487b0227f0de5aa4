using System.Net.Http.Headers;
using System.Text;

namespace FlashSale.LoadTest.Hosting;

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
