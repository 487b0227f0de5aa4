using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>Redemptions that share a statement: whoever is waiting when the worker starts.</summary>
public sealed class RedeemBatchTests(CheckoutFixture fixture) : IClassFixture<CheckoutFixture>
{
    private CheckoutHost Host => fixture.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_of_a_mixed_batch_gets_an_exact_answer_of_its_own()
    {
        var sale = await Host.SaleAsync();
        var no = (int)await Host.CountAsync($"SELECT no FROM sales WHERE id = '{sale}'");
        await Host.HeldAsync(sale, 5);
        using var redeemer = New();
        var won = Ask(redeemer, no, "won", "a", 1);
        var twice = Ask(redeemer, no, "won", "a", 1);
        var stolen = Ask(redeemer, no, "won", "thief", 1);
        var missed = Ask(redeemer, no, "missed", "b", 2, redeemInSeconds: -1);
        var second = Ask(redeemer, no, "second", "a", 3);
        var taken = Ask(redeemer, no, "taken", "c", 5);
        var beyond = Ask(redeemer, no, "beyond", "d", 11);
        var last = Ask(redeemer, no, "last", "e", 10);
        await redeemer.StartAsync(Cancel);

        var mine = Assert.IsType<ReserveOutcome.Reserved>(await won).Reservation;
        Assert.Equal(mine.Id, Assert.IsType<ReserveOutcome.Repeated>(await twice).Reservation.Id);
        Assert.IsType<ReserveOutcome.AdmissionSpent>(await stolen);
        Assert.IsType<ReserveOutcome.AdmissionMissed>(await missed);
        Assert.Equal(mine.PublicId, Assert.IsType<ReserveOutcome.AlreadyReserved>(await second).Reservation);
        Assert.IsType<ReserveOutcome.UnitTaken>(await taken);
        Assert.IsType<ReserveOutcome.UnitTaken>(await beyond);
        Assert.Equal(10, Assert.IsType<ReserveOutcome.Reserved>(await last).Reservation.Unit);
        await redeemer.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_batch_that_fails_unexpectedly_is_told_so_and_the_next_is_served()
    {
        var sale = await Host.SaleAsync();
        var no = (int)await Host.CountAsync($"SELECT no FROM sales WHERE id = '{sale}'");
        using var redeemer = New();
        await redeemer.StartAsync(Cancel);
        for (var fails = 0; fails < 2 * Redeemer.Workers; fails++)
        {
            var broken = Ask(redeemer, no, "broken", "", 1);
            await WaitFor.TrueAsync(() => broken.IsCompleted, "it is told");
            await Assert.ThrowsAnyAsync<Exception>(() => broken);
        }
        Assert.IsType<ReserveOutcome.Reserved>(await Ask(redeemer, no, "fine", "y", 2));
        await redeemer.StopAsync(Cancel);
    }

    private Redeemer New() => new(
        Host.App.Services.GetRequiredService<LedgerDatabase>(), TimeProvider.System, NullLogger<Redeemer>.Instance);

    private static Task<ReserveOutcome> Ask(
        Redeemer redeemer, int sale, string admission, string shopper, int unit, int redeemInSeconds = 60) =>
        redeemer.RedeemAsync(
            new Redemption(sale, admission, ShopperId.TryParse(shopper, out var id) ? id : default, unit, 1,
                TimeProvider.System.GetUtcNow().AddSeconds(redeemInSeconds)), Cancel);
}
