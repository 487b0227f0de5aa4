using FlashSale.Checkout.Reservations;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Checkout;

[Collection(Storm.Name)]
public sealed class SweepRaceTests(CheckoutFixture fixture) : IClassFixture<CheckoutFixture>
{
    private CheckoutHost Host => fixture.Host;

    private ReservationTable Reservations => Host.App.Services.GetRequiredService<ReservationTable>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invariant6_The_sweep_racing_a_securing_payment_has_one_winner_and_no_deadlock()
    {
        const int Races = 1000, Together = 50;
        var sale = await Host.SaleAsync(Races);
        var sweeper = Host.App.Services.GetRequiredService<Sweeper>();
        var (secured, released) = (0, 0);
        for (var race = 0; race < Races; race += Together)
        {
            var held = await Task.WhenAll(Enumerable.Range(race + 1, Together).Select(unit => Host.HeldAsync(sale, unit)));
            await Host.RunSqlAsync(
                "UPDATE reservations SET release_at = UTC_TIMESTAMP(3) + INTERVAL 20 * 1000 MICROSECOND WHERE state = 1");
            var payments = held.Select(async (one, at) =>
            {
                Assert.True(ReservationId.TryParse(one.Id, out var id));
                await Task.Delay(at * 40 / Together, Cancel);
                var attempt = Guid.CreateVersion7();
                if (await AgainAsync(() => Reservations.SecureAsync(id.Value, attempt, Cancel)) is not TransitionOutcome.Done) return false;
                Assert.IsType<TransitionOutcome.Done>(await AgainAsync(() => Reservations.SellAsync(id.Value, attempt, Cancel)));
                return true;
            }).ToList();
            var outcomes = Task.WhenAll(payments);
            while (!outcomes.IsCompleted) await Task.WhenAll(sweeper.SweepAsync(Cancel), sweeper.SweepAsync(Cancel));
            while (await sweeper.SweepAsync(Cancel) > 0) { }
            secured += (await outcomes).Count(won => won);
            released += (await outcomes).Count(won => !won);
        }

        Assert.Equal(Races, secured + released);
        Assert.Empty(Deadlocks.In(Host.Database));
        var audit = await Audits.GetAsync(Host, sale);
        // The attempts exist by their ids only, so the audit misses their captures; it must miss nothing else.
        Assert.All(
            audit.GetProperty("violations").EnumerateArray(),
            violation => Assert.EndsWith("is sold for an attempt that captured nothing", violation.GetString()));
        Assert.Equal(secured, audit.GetProperty("sold").GetInt32());
        Assert.Equal(0, audit.GetProperty("held").GetInt32());
        Assert.InRange(secured, 1, Races - 1);
    }

    /// <summary>As whoever is answered 503 does: on a machine that stands still a lock is waited for in vain.</summary>
    private static async Task<TransitionOutcome> AgainAsync(Func<Task<TransitionOutcome>> step)
    {
        while (true)
        {
            try
            {
                return await step();
            }
            catch (MySqlException error) when (error.ErrorCode == MySqlErrorCode.LockWaitTimeout)
            {
                // Whether it has been done, it finds by itself.
            }
        }
    }
}
