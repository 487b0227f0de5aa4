using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace FlashSale.Tests.Checkout;

public sealed class SweepTests(CheckoutFixture fixture) : IClassFixture<CheckoutFixture>
{
    private CheckoutHost Host => fixture.Host;

    private ReservationTable Reservations => Host.App.Services.GetRequiredService<ReservationTable>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invariant6_An_unpaid_unit_is_released_after_the_grace_and_never_before_pay_by()
    {
        var sale = await Host.SaleAsync(1, new { paySeconds = 1, graceSeconds = 1 });
        var (id, token) = await Host.HeldAsync(sale, 1);
        CheckoutAnswer now = null!;
        await WaitFor.TrueAsync(async () =>
        {
            now = await Host.SendAsync(HttpMethod.Get, $"/reservations/{id}", null, token);
            var passed = now.Json.GetProperty("serverTime").GetDateTimeOffset() - now.Json.GetProperty("payBy").GetDateTimeOffset();
            if (now.Text("state") == "held") return false;
            Assert.True(passed >= TimeSpan.FromSeconds(1));
            return true;
        }, "the unit is released");
        Assert.Equal(("released", "expired"), (now.Text("state"), now.Text("reason")));
        await Host.HeldAsync(sale, 1);
    }

    [Fact]
    public async Task A_transition_repeated_by_its_caller_is_done_again_and_refused_to_another()
    {
        var sale = await Host.SaleAsync();
        var (text, _) = await Host.HeldAsync(sale, 1);
        Assert.True(ReservationId.TryParse(text, out var id));
        var (mine, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        Assert.IsType<TransitionOutcome.Done>(await Reservations.SecureAsync(id.Value, mine, Cancel));
        Assert.IsType<TransitionOutcome.Done>(await Reservations.SecureAsync(id.Value, mine, Cancel));
        Assert.IsType<TransitionOutcome.Refused>(await Reservations.SecureAsync(id.Value, other, Cancel));
        Assert.IsType<TransitionOutcome.Refused>(await Reservations.ReleaseAsync(id.Value, ReleaseReason.Cancelled, Cancel));
        Assert.IsType<TransitionOutcome.Refused>(await Reservations.SellAsync(id.Value, other, Cancel));
        var sold = Assert.IsType<TransitionOutcome.Done>(await Reservations.SellAsync(id.Value, mine, Cancel));
        var again = Assert.IsType<TransitionOutcome.Done>(await Reservations.SellAsync(id.Value, mine, Cancel));
        Assert.Equal(sold.Reservation.OrderNumber, again.Reservation.OrderNumber);
        Assert.Matches("^FS-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$", sold.Reservation.OrderNumber);
        Assert.IsType<TransitionOutcome.Missing>(await Reservations.SecureAsync(Guid.NewGuid(), mine, Cancel));
    }

    [Fact]
    public async Task A_failed_capture_reopens_the_cart_or_releases_it_when_its_time_has_passed()
    {
        var sale = await Host.SaleAsync();
        foreach (var (unit, late) in new[] { (1, false), (2, true) })
        {
            var (text, _) = await Host.HeldAsync(sale, unit);
            Assert.True(ReservationId.TryParse(text, out var id));
            var attempt = Guid.CreateVersion7();
            await Reservations.SecureAsync(id.Value, attempt, Cancel);
            if (late) await Host.RunSqlAsync($"UPDATE reservations SET release_at = UTC_TIMESTAMP(3) WHERE id = X'{id.Value:N}'");
            var outcome = await Reservations.ReopenAsync(id.Value, attempt, PaymentState.Declined, Cancel);
            var row = Assert.IsType<TransitionOutcome.Done>(outcome).Reservation;
            Assert.Equal(late ? ReservationState.Released : ReservationState.Held, row.State);
        }
        Assert.True(await Audits.IsOkAsync(Host, sale));
    }

    [Fact]
    public async Task Two_checkouts_sweep_one_ledger()
    {
        await using var second = await CheckoutHost.StartAsync(Host.Database);
        var sale = await Host.SaleAsync(60, new { paySeconds = 1, graceSeconds = 1 });
        await Task.WhenAll(Enumerable.Range(1, 60).Select(unit => Host.HeldAsync(sale, unit)));
        await WaitFor.TrueAsync(async () =>
            (await Host.AdminAsync(HttpMethod.Get, $"/sales/{sale}")).Json.GetProperty("units").GetProperty("released").GetInt32() == 60,
            "all are released");
        Assert.True(await Audits.IsOkAsync(Host, sale));
    }
}
