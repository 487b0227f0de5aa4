using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.LoadTest.Verify;

/// <summary>Reads all that an edge tells anybody about a sale's order.</summary>
public static class PublicOrderReader
{
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);

    /// <summary>The board of an edge follows the log within a second; Redis may have been emptied meanwhile.</summary>
    private const int Tries = 5;

    /// <summary>The logs first, and then the view: what they were made by is known by then.</summary>
    /// <exception cref="HttpRequestException">There is no such sale, or the edge could not say.</exception>
    public static async Task<PublicOrder> ReadAsync(HttpClient edge, string sale, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(edge);
        var path = $"/sales/{Uri.EscapeDataString(sale)}";
        for (var tries = 1; ; tries++)
        {
            var (current, past) = await LogAsync(edge, path, null, cancel).ConfigureAwait(false);
            List<PublicLog> logs = [current];
            foreach (var epoch in past) logs.Add((await LogAsync(edge, path, epoch, cancel).ConfigureAwait(false)).Log);
            var view = await GetAsync<View>(edge, path, cancel).ConfigureAwait(false);
            var order = new PublicOrder(view.Order, view.Shuffle, logs);
            if (tries == Tries || IsWhole(order)) return order;
            await Task.Delay(s_again, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Nobody is called before the order is fixed, nor in another epoch than the view's.</summary>
    private static bool IsWhole(PublicOrder order) => order.Shuffle is not { } shuffle
        || (shuffle.Epoch == order.Epoch && (shuffle.Seed is not null || order.Calls.All(one => one.What != "called")));

    private static async Task<(PublicLog Log, IReadOnlyList<uint> Past)> LogAsync(
        HttpClient edge, string path, uint? epoch, CancellationToken cancel)
    {
        var calls = new List<CallEntry>();
        while (true)
        {
            var page = await GetAsync<Page>(
                edge, $"{path}/calls?after={calls.Count}{(epoch is { } of ? $"&epoch={of}" : "")}", cancel).ConfigureAwait(false);
            epoch ??= page.Epoch;
            calls.AddRange(page.Calls);
            if (page.Calls.Count == 0) return (new PublicLog(epoch.Value, calls), page.Past);
        }
    }

    private static async Task<T> GetAsync<T>(HttpClient edge, string path, CancellationToken cancel)
    {
        using var answer = await edge.GetAsync(new Uri(path, UriKind.Relative), cancel).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<T>(Wire.Json, cancel).ConfigureAwait(false) ?? throw new JsonException("null");
    }

    private sealed record View(string Order, PublicShuffle? Shuffle);

    private sealed record Page(uint Epoch, IReadOnlyList<uint> Past, IReadOnlyList<CallEntry> Calls, long Next);
}
