namespace FlashSale.LoadTest.Chaos;

/// <summary>
/// Invariant 9: whoever asks as told hears of the turn while half of the time to claim is left. (This crowd asks every two seconds
/// at the latest.)
/// <para>
/// Not judged: a turn in which some edge may not have reached Redis, or the line was begun anew, or in which the shopper got no answer
/// for a while.
/// </para>
/// </summary>
internal static class NewsCheck
{
    /// <summary>An edge says what was true a moment ago, and redeem-by is rounded up: seconds.</summary>
    private const double News = 2;

    /// <summary>Until a line that Redis has lost is open again, and every edge knows it: seconds.</summary>
    private const double Rebuilding = 15;

    public static IEnumerable<string> Check(Evidence evidence)
    {
        foreach (var own in evidence.History.GroupBy(e => e.Shopper))
        {
            var presence = new Presence(evidence, own);
            var asked = own.Where(e => e is { Answer: HistoryAnswer.Ok, Act: HistoryAct.Join or HistoryAct.Poll }).OrderBy(e => e.Received).ToArray();
            for (var i = 1; i < asked.Length; i++)
            {
                if ((asked[i - 1].State, asked[i].State) is not ("waiting", "admitted") || asked[i - 1].Number != asked[i].Number) continue;
                var (heard, redeemBy) = (evidence.Seconds(asked[i].Received), asked[i].RedeemBy.ToUnixTimeMilliseconds() / 1000.0);
                var (called, half) = (redeemBy - evidence.ClaimSeconds, redeemBy - evidence.ClaimSeconds / 2.0);
                if (heard <= half + News || presence.Since(heard) > called - News) continue;
                if (evidence.RedisTroubles.Any(t => t.Began <= heard && t.Ended + Rebuilding >= called)) continue;
                yield return $"9: number {asked[i].Number} ({own.Key}) was called and heard of it {heard - half:F1} s after half of its time, asking all the while";
            }
        }
    }
}
