using Dapper;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;
using FlashSale.LoadTest.Bench;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using MySqlConnector;

namespace FlashSale.Redemptions;

/// <summary>
/// The ledger's redemptions against the counter row and <c>SKIP LOCKED</c>, on the same server and from the same process:
/// no HTTP on either side. The server is one of its own, so that no waiting room reads the carts of our rounds while the
/// baseline's run.
/// </summary>
/// <param name="mySql">A server with the system's durable settings, empty.</param>
/// <param name="rounds">Of either side, after warming up.</param>
/// <param name="round">How long each takes.</param>
internal sealed class RedeemBench(string mySql, int rounds, TimeSpan round)
{
    private const int Concurrent = 64;

    /// <summary>Enough that no round runs out of stock.</summary>
    private const int Units = 1_000_000;
    private const int BaselineUnits = 200_000;

    /// <summary>Before each round of either side the server purges and flushes what the round before has left.</summary>
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<BenchResult>> RunAsync()
    {
        await using var ledger = new LedgerDatabase(
            Options.Create(new LedgerOptions { MySql = mySql }), NullLogger<LedgerDatabase>.Instance);
        var sale = await PrepareAsync(ledger).ConfigureAwait(false);
        var baselines = new LedgerBaselines(mySql);
        using var redeemer = new Redeemer(ledger, TimeProvider.System, NullLogger<Redeemer>.Instance);
        await redeemer.StartAsync(default).ConfigureAwait(false);
        try
        {
            return
            [
                await CompareAsync("redeem-counter", LedgerBaselines.TakeFromCounterAsync).ConfigureAwait(false),
                await CompareAsync("redeem-skiplocked", LedgerBaselines.TakeSkippingLockedAsync).ConfigureAwait(false),
            ];
        }
        finally
        {
            await redeemer.StopAsync(default).ConfigureAwait(false);
        }

        async Task<BenchResult> CompareAsync(string name, Func<MySqlConnection, string, Task<bool>> take)
        {
            await baselines.FillAsync(BaselineUnits).ConfigureAwait(false);
            var compared = new Rounds();
            await compared.AlternateAsync(rounds, () => OursAsync(ledger, redeemer, sale), async () =>
            {
                await Task.Delay(s_calm).ConfigureAwait(false);
                return await baselines.RateAsync(Concurrent, round, take).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return BenchResult.AtLeast(name, compared, 8, "units/s");
        }
    }

    /// <summary>The schema and a sale; its number.</summary>
    private static async Task<int> PrepareAsync(LedgerDatabase ledger)
    {
        using var migrator = new Migrator(ledger, TimeProvider.System, NullLogger<Migrator>.Instance);
        await migrator.StartAsync(default).ConfigureAwait(false);
        await migrator.Migrated.ConfigureAwait(false);
        return await ledger.RunAsync((connection, _) => connection.ExecuteScalarAsync<int>(
            """
            INSERT INTO sales (id, name, inventory, max_unit, price_amount, price_currency, storefront, queue_opens_at,
              starts_at, line_order, identity_rule, admit_per_second, claim_seconds, pay_seconds, payment_attempts,
              presence_seconds, grace_seconds, paused, seed)
            VALUES ('bench', 'Bench', @Units, @Units, 1000, 'usd', 'demo', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 0, 0, 200,
              3600, 3600, 3, 60, 3, 0, REPEAT('x', 32));
            SELECT no FROM sales
            """, new { Units }), default).ConfigureAwait(false);
    }

    /// <summary>Redemptions a second. The carts of the round before are cleared first, as a shop's are never all held.</summary>
    private async Task<double> OursAsync(LedgerDatabase ledger, Redeemer redeemer, int sale)
    {
        await ledger.RunAsync((connection, _) => connection.ExecuteAsync("TRUNCATE TABLE reservations"), default)
            .ConfigureAwait(false);
        await Task.Delay(s_calm).ConfigureAwait(false);
        var unit = 0;
        var redeemBy = TimeProvider.System.GetUtcNow().AddHours(1);
        return await Paced.RateAsync(Concurrent, round, async (_, _) =>
        {
            var mine = Interlocked.Increment(ref unit);
            if (!ShopperId.TryParse($"bench-{mine}", out var shopper)) return false;
            var outcome = await redeemer.RedeemAsync(
                new Redemption(sale, $"1-{mine:x}-{mine:x}", shopper, mine, mine, redeemBy), default).ConfigureAwait(false);
            return outcome is ReserveOutcome.Reserved
                ? true : throw new InvalidOperationException($"unit {mine} was not reserved: {outcome}");
        }).ConfigureAwait(false);
    }
}
