using Dapper;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using MySqlConnector;

namespace FlashSale.LoadTest.Bench;

/// <summary>
/// The ledger's redemptions against the counter row and <c>SKIP LOCKED</c>, on the same server and from the same process:
/// no HTTP on either side.
/// </summary>
public sealed class RedeemBench(BenchTarget target, BenchClient client, BenchSize size)
{
    private const int Concurrent = 64;

    /// <summary>Enough that no round runs out of stock.</summary>
    private const int Units = 1_000_000;
    private const int BaselineUnits = 100_000;

    public async Task<IReadOnlyList<BenchResult>> RunAsync()
    {
        var baselines = new LedgerBaselines(target.MySql);
        var sale = await client.CreateSaleAsync("redeem", Units, paused: true).ConfigureAwait(false);
        int saleNo;
        await using (var connection = new MySqlConnection(target.MySql))
            saleNo = await connection.ExecuteScalarAsync<int>("SELECT no FROM sales WHERE id = @sale", new { sale })
                .ConfigureAwait(false);

        await using var ledger = new LedgerDatabase(
            Options.Create(new LedgerOptions { MySql = target.MySql }), NullLogger<LedgerDatabase>.Instance);
        using var redeemer = new Redeemer(ledger, TimeProvider.System, NullLogger<Redeemer>.Instance);
        await redeemer.StartAsync(default).ConfigureAwait(false);
        try
        {
            var unit = 0;
            var redeemBy = TimeProvider.System.GetUtcNow().AddHours(1);
            Task<double> Ours() => Paced.RateAsync(Concurrent, size.Round, async (_, _) =>
            {
                var mine = Interlocked.Increment(ref unit);
                if (!ShopperId.TryParse($"bench-{mine}", out var shopper)) return false;
                var outcome = await redeemer.RedeemAsync(
                    new Redemption(saleNo, $"1-{mine:x}-{mine:x}", shopper, mine, mine, redeemBy), default).ConfigureAwait(false);
                return outcome is ReserveOutcome.Reserved ? true : throw new InvalidOperationException($"unit {mine} was not reserved: {outcome}");
            });

            var counter = await Rounds.AlternateAsync(size.Rounds, Ours, async () =>
            {
                await baselines.ResetAsync(BaselineUnits).ConfigureAwait(false);
                return await baselines.RateAsync(Concurrent, size.Round, LedgerBaselines.TakeFromCounterAsync).ConfigureAwait(false);
            }).ConfigureAwait(false);
            var skipping = await Rounds.AlternateAsync(size.Rounds, Ours, async () =>
            {
                await baselines.ResetAsync(BaselineUnits).ConfigureAwait(false);
                return await baselines.RateAsync(Concurrent, size.Round, LedgerBaselines.TakeSkippingLockedAsync).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return
            [
                BenchResult.AtLeast("redeem-counter", counter, 8, "units/s"),
                BenchResult.AtLeast("redeem-skiplocked", skipping, 8, "units/s"),
            ];
        }
        finally
        {
            await redeemer.StopAsync(default).ConfigureAwait(false);
            await baselines.DropAsync().ConfigureAwait(false);
        }
    }
}
