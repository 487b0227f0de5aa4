using System.Globalization;
using System.Net;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>
/// A limit of 3 requests at once and one a second, and a client that asks much more often. What it may be allowed counts by
/// the time that the asking took, so that a busy machine makes no difference.
/// </summary>
internal static class Bucket
{
    private const int Burst = 3;
    private const int Requests = 60;

    /// <param name="kind">As in the names of the settings: <c>Joins</c>, <c>Claims</c>, <c>Other</c>.</param>
    public static string[] Limit(string kind) =>
        [$"--RateLimits:{kind}PerSecond=1", $"--RateLimits:{kind}Burst={Burst.ToString(CultureInfo.InvariantCulture)}"];

    /// <summary>Asks at once, and sees that so many are answered as the limit allows.</summary>
    /// <returns>The others.</returns>
    public static async Task<IReadOnlyList<HttpResponseMessage>> OverflowsAsync(Func<int, Task<HttpResponseMessage>> ask)
    {
        var from = TimeProvider.System.GetTimestamp();
        var slowed = await SlowedAsync(ask);
        var most = Burst + 1 + (int)TimeProvider.System.GetElapsedTime(from).TotalSeconds;
        Assert.InRange(Requests - slowed.Count, Burst, most);
        Assert.NotEmpty(slowed);
        return slowed;
    }

    /// <summary>Asks as often, and nothing is refused.</summary>
    public static async Task IsNotThereAsync(Func<int, Task<HttpResponseMessage>> ask) => Assert.Empty(await SlowedAsync(ask));

    private static async Task<IReadOnlyList<HttpResponseMessage>> SlowedAsync(Func<int, Task<HttpResponseMessage>> ask)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(ask));
        return [.. answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests)];
    }
}
