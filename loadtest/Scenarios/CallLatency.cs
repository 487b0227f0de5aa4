using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>
/// From a unit that comes free to the push accepted: one unit, a line of sleepers, and each who is called puts it in the
/// cart and gives it back.
/// </summary>
public static class CallLatency
{
    private const int Calls = 200;

    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>From when the giving back was asked for, over a machine that does nothing else.</summary>
    public static async Task<StepLatency> MeasureAsync(
        RunTarget target, CrowdPushService push, TimeProvider clock, CancellationToken cancel)
    {
        var sale = $"calls-{Guid.NewGuid():n}"[..14];
        var rules = new SaleRules(ClaimSeconds: 120, PaySeconds: 120) { PresenceSeconds = 3600 };
        await target.Operators.PutSaleAsync(sale, rules.Settings("Load test: calls", 1, clock.GetUtcNow()), cancel)
            .ConfigureAwait(false);
        var shoppers = new List<Shopper>();
        for (var i = 0; i <= Calls; i++)
        {
            var shopper = new Shopper(target.Edges[i], sale);
            await UntilAsync(async () => (await shopper.JoinAsync(cancel).ConfigureAwait(false)).Body is not null).ConfigureAwait(false);
            if (i > 0)
                await UntilAsync(async () =>
                    await shopper.AskToBeCalledAsync(push.Subscribe(Phone(i)), cancel).ConfigureAwait(false) == 204).ConfigureAwait(false);
            shoppers.Add(shopper);
        }

        var times = CrowdTally.NewHistogram();
        for (var i = 0; i < Calls; i++)
        {
            var shopper = shoppers[i];
            await UntilAsync(async () => (await shopper.ClaimAsync(cancel).ConfigureAwait(false)).Body is not null).ConfigureAwait(false);
            await UntilAsync(async () => (await shopper.ReserveAsync(cancel).ConfigureAwait(false)).Body is not null).ConfigureAwait(false);
            var given = clock.GetTimestamp();
            (await shopper.GiveBackAsync(cancel).ConfigureAwait(false)).Require();
            var rung = await push.RungForATurnAsync(Phone(i + 1)).WaitAsync(s_patience, cancel).ConfigureAwait(false);
            times.RecordValue(Math.Max(1, (long)clock.GetElapsedTime(given, rung).TotalMicroseconds));
        }

        await target.Operators.PatchSaleAsync(sale, new { paused = true }, cancel).ConfigureAwait(false);
        return StepLatency.Of("from a unit given back to the push accepted", times);

        string Phone(int i) => $"{sale}-{i}";

        async Task UntilAsync(Func<Task<bool>> isDone)
        {
            for (var begun = clock.GetTimestamp(); !await isDone().ConfigureAwait(false);)
            {
                if (clock.GetElapsedTime(begun) > s_patience) throw new TimeoutException("a shopper of the calls got no answer");
                await Task.Delay(s_retry, clock, cancel).ConfigureAwait(false);
            }
        }
    }
}
