using FlashSale.LoadTest.Verify;

namespace FlashSale.LoadTest.Chaos;

/// <summary>Invariant 3 as anybody can check it: the order, recomputed from public answers alone.</summary>
internal static class PublicCheck
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>What contradicts the rules, and how many calls were read.</summary>
    public static async Task<(IReadOnlyList<string> Violations, int Calls)> CheckAsync(string edge, string sale, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = new Uri(edge) };
        var order = await ReadAsync(http, sale, cancel);
        return ([.. OrderJudge.Judge(order).Select(violation => $"3: {sale}, {violation}")],
            order.Logs.Sum(log => log.Calls.Count(one => one.What == "called")));
    }

    /// <summary>After the last fault an edge may need a while to answer.</summary>
    private static async Task<PublicOrder> ReadAsync(HttpClient http, string sale, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_patience);
        while (true)
        {
            try
            {
                return await PublicOrderReader.ReadAsync(http, sale, patience.Token);
            }
            catch (HttpRequestException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(s_pause, patience.Token);
            }
        }
    }
}
