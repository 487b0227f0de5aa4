using System.Text.Json;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Reservations;
using FlashSale.PaymentSimulator.Faults;

using Xunit;

namespace FlashSale.Tests.Payments;

public sealed class PaymentTests : IAsyncLifetime
{
    private PaymentsHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PaymentsHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Invariant5_A_good_card_sells_the_unit_with_one_capture()
    {
        var cart = await _host.CartAsync();
        var decided = Assert.IsType<PayOutcome.Decided>(await cart.PayAsync());
        Assert.Equal(201, decided.Answer.Status);

        using var body = JsonDocument.Parse(decided.Answer.Body);
        Assert.Equal("sold", body.RootElement.GetProperty("state").GetString());
        Assert.Equal("captured", body.RootElement.GetProperty("payment").GetProperty("state").GetString());
        Assert.StartsWith("FS-", body.RootElement.GetProperty("orderNumber").GetString(), StringComparison.Ordinal);
        var payment = Assert.Single(await cart.LedgerAsync());
        Assert.Equal((99_900, 0), (payment.Captured, payment.Refunded));
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task Invariant5_A_unit_is_secured_with_the_step_of_its_attempt_or_not_at_all()
    {
        var cart = await _host.CartAsync();
        var attempt = Guid.CreateVersion7();
        var seen = new List<ReservationState>();
        foreach (var isSaved in new[] { false, true })
        {
            var outcome = await _host.Reservations.SecureAsync(cart.Id, attempt, default, (_, row, _) =>
            {
                seen.Add(row.State);
                return Task.FromResult(isSaved);
            });
            Assert.Equal(isSaved, outcome is TransitionOutcome.Done);
            Assert.Equal(isSaved ? ReservationState.Securing : ReservationState.Held, (await cart.ReadAsync()).State);
        }

        Assert.Equal([ReservationState.Securing, ReservationState.Securing], seen);
    }

    [Fact]
    public async Task A_declined_card_may_be_tried_again_until_the_attempts_are_used_up()
    {
        var cart = await _host.CartAsync(attempts: 2);
        Assert.Equal(402, await cart.PayStatusAsync("1", "pm_card_chargeDeclined"));
        Assert.Equal((ReservationState.Held, PaymentState.Declined), await StateAsync(cart));
        Assert.Equal(402, await cart.PayStatusAsync("2", "pm_card_chargeDeclinedInsufficientFunds"));
        var row = await cart.ReadAsync();
        Assert.Equal((ReservationState.Released, ReleaseReason.Declined), (row.State, row.Reason));
        Assert.Equal(410, await cart.PayStatusAsync("3"));
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task After_a_decline_another_card_sells()
    {
        var cart = await _host.CartAsync();
        Assert.Equal(402, await cart.PayStatusAsync("1", "pm_card_chargeDeclined"));
        Assert.Equal(201, await cart.PayStatusAsync("2"));
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task With_one_attempt_a_failed_payment_releases_the_unit_at_once()
    {
        var cart = await _host.CartAsync(attempts: 1);
        Assert.Equal(402, await cart.PayStatusAsync("1", "pm_card_chargeDeclined"));
        var row = await cart.ReadAsync();
        Assert.Equal((ReservationState.Released, ReleaseReason.Declined), (row.State, row.Reason));
    }

    [Fact]
    public async Task An_unknown_card_is_declined()
    {
        var cart = await _host.CartAsync();
        Assert.Equal(402, await cart.PayStatusAsync("1", "pm_nobody"));
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task The_same_key_replays_the_first_answer_byte_by_byte()
    {
        var cart = await _host.CartAsync();
        var declined = Assert.IsType<PayOutcome.Decided>(await cart.PayAsync("1", "pm_card_chargeDeclined"));
        var sold = Assert.IsType<PayOutcome.Decided>(await cart.PayAsync("2"));
        foreach (var (key, method, first) in new[] { ("1", "pm_card_chargeDeclined", declined), ("2", "pm_card_visa", sold) })
        {
            var again = Assert.IsType<PayOutcome.Decided>(await cart.PayAsync(key, method));
            Assert.Equal(first.Answer.Status, again.Answer.Status);
            Assert.Equal(first.Answer.Body, again.Answer.Body);
        }
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        var cart = await _host.CartAsync();
        Assert.Equal(201, await cart.PayStatusAsync("1"));
        Assert.Equal(422, await cart.PayStatusAsync("1", "pm_card_mastercard"));
        Assert.Equal(409, await cart.PayStatusAsync("2"));
    }

    [Fact]
    public async Task A_hundred_clicks_with_one_key_are_one_payment_and_one_answer()
    {
        var cart = await _host.CartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => cart.PayAsync()));
        var bodies = answers.Select(answer => Assert.IsType<PayOutcome.Decided>(answer).Answer).ToList();
        Assert.All(bodies, answer => Assert.Equal(201, answer.Status));
        Assert.Single(bodies.Select(answer => Convert.ToBase64String(answer.Body)).Distinct());
        Assert.Single(await cart.LedgerAsync());
    }

    [Fact]
    public async Task Of_a_hundred_clicks_with_different_keys_one_pays()
    {
        var cart = await _host.CartAsync();
        var statuses = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => cart.PayStatusAsync("key" + n)));
        Assert.Single(statuses, 201);
        Assert.All(statuses, status => Assert.Contains(status, (int[])[201, 409]));
        Assert.Single(await cart.LedgerAsync());
    }

    [Theory]
    [InlineData(400, 201)]
    [InlineData(-1, 410)]
    [InlineData(-400, 410)]
    public async Task Paying_is_possible_until_pay_by_and_not_after(int payByMs, int expected)
    {
        var cart = await _host.CartAsync();
        await cart.MoveDeadlineAsync(payByMs, graceMs: 3_000);
        Assert.Equal(expected, await cart.PayStatusAsync());
    }

    [Fact]
    public async Task Invariant5_A_late_authorisation_is_voided_and_never_sells()
    {
        var cart = await _host.CartAsync();
        _host.Simulator.Misbehave(Fault.ResetAfter, "confirm");
        var paying = cart.PayStatusAsync();
        await cart.MoveDeadlineAsync(-10);
        await cart.SweepAsync();
        Assert.Equal(410, await paying);
        _host.Simulator.Behave();
        await _host.SettleAsync(cart);
        Assert.Equal(ReservationState.Released, (await cart.ReadAsync()).State);
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task Invariant5_A_declined_capture_gives_the_unit_back_to_the_cart()
    {
        var cart = await _host.CartAsync();
        _host.Simulator.Misbehave(Fault.DeclineCapture, "capture", calls: 1);
        Assert.Equal(402, await cart.PayStatusAsync("1"));
        Assert.Equal("Held", (await cart.ReadAsync()).State.ToString());
        Assert.Equal(201, await cart.PayStatusAsync("2"));
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    private static async Task<(ReservationState, PaymentState)> StateAsync(TestCart cart)
    {
        var row = await cart.ReadAsync();
        return (row.State, row.PaymentState);
    }
}
