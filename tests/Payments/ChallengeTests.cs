using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Money;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Payments;

/// <summary>The bank asks the shopper (3-D Secure): every way in which that ends, and every one who may hear of it.</summary>
public sealed class ChallengeTests : IAsyncLifetime
{
    private const string Challenged = "pm_card_authenticationRequired";

    private PaymentsHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PaymentsHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Invariant5_A_challenge_that_passes_sells_the_unit_with_one_capture()
    {
        var cart = await _host.CartAsync();
        var asked = await AskedAsync(cart);
        Assert.Equal((PaymentState.ActionRequired, ReservationState.Held), (asked.Reservation.PaymentState, asked.Reservation.State));
        Assert.Equal(0, Assert.Single(await cart.LedgerAsync()).Captured);

        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Pass);

        Assert.Equal(201, await cart.ContinueStatusAsync());
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task Repeating_the_payment_brings_the_same_challenge_and_another_is_in_progress_until_it_is_over()
    {
        var cart = await _host.CartAsync();
        var first = await AskedAsync(cart);
        var again = Assert.IsType<PayOutcome.ActionRequired>(await cart.PayAsync(method: Challenged));
        Assert.Equal(first.Challenge, again.Challenge);
        Assert.Contains("_secret_", first.Challenge!.ClientSecret, StringComparison.Ordinal);
        Assert.Equal(409, await cart.PayStatusAsync("another"));
        Assert.Equal(422, await cart.PayStatusAsync());
        Assert.Equal(202, await cart.ContinueStatusAsync());
        Assert.IsType<PayOutcome.NoSuchKey>(await _host.Cashier.ContinueAsync(await cart.ReadAsync(), "unknown", default));
        Assert.Single(await cart.LedgerAsync());
    }

    [Fact]
    public async Task A_challenge_that_fails_is_the_banks_no_and_only_then_uses_up_the_attempt()
    {
        var cart = await _host.CartAsync(attempts: 1);
        await AskedAsync(cart);
        Assert.Equal(1, FlashSale.Checkout.Reservations.ReservationView.Of(await cart.ReadAsync()).Payment.AttemptsLeft);
        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Fail);
        Assert.Equal(402, await cart.ContinueStatusAsync());
        var row = await cart.ReadAsync();
        Assert.Equal((ReservationState.Released, ReleaseReason.Declined), (row.State, row.Reason));
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task After_a_failed_challenge_another_card_sells()
    {
        var cart = await _host.CartAsync();
        await AskedAsync(cart);
        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Fail);
        Assert.Equal(402, await cart.ContinueStatusAsync());
        Assert.Equal(201, await cart.PayStatusAsync("2"));
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task A_card_that_is_declined_after_its_challenge_is_declined()
    {
        var cart = await _host.CartAsync();
        Assert.IsType<PayOutcome.ActionRequired>(
            await cart.PayAsync(method: "pm_card_threeDSecureRequiredChargeDeclined"));
        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Pass);
        Assert.Equal(402, await cart.ContinueStatusAsync());
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task Invariant6_One_that_is_left_open_ends_with_the_carts_time_and_can_authorise_nothing_afterwards()
    {
        var cart = await _host.CartAsync();
        await AskedAsync(cart);
        await cart.MoveDeadlineAsync(-10);
        await cart.SweepAsync();
        Assert.Equal(410, await cart.ContinueStatusAsync());
        await _host.SettleAsync(cart);
        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Pass);
        Assert.False(Assert.Single(await cart.LedgerAsync()).Authorised);
        Assert.Null(await cart.ViolationAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invariant5_What_is_authorised_after_the_deadline_is_voided_and_never_sells(bool looked)
    {
        var cart = await _host.CartAsync();
        await AskedAsync(cart);
        await cart.MoveDeadlineAsync(-10);
        await cart.SweepAsync();
        // In the moment between the last look and the cancelling, or before that look.
        if (looked) _host.Simulator.Misbehave(Fault.ResetBefore, "retrieve", calls: 10);
        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Pass);
        await _host.SettleAsync(cart);
        var row = await cart.ReadAsync();
        Assert.Equal((ReservationState.Released, PaymentState.Voided), (row.State, row.PaymentState));
        Assert.True(Assert.Single(await cart.LedgerAsync()).Voided);
        Assert.Null(await cart.ViolationAsync());
    }

    [Theory]
    [InlineData(30, 120, 90)]
    [InlineData(300, 120, 0)]
    [InlineData(30, 0, 0)]
    public async Task The_cart_is_extended_once_by_what_the_sale_allows_and_it_is_written_down(
        int paySeconds, int authenticationSeconds, int extendedSeconds)
    {
        var cart = await _host.CartAsync(paySeconds: paySeconds);
        await _host.ExecuteAsync("UPDATE sales SET authentication_seconds = @s WHERE id = @sale",
            ("@s", authenticationSeconds), ("@sale", cart.Sale));
        var before = await cart.ReadAsync();
        await AskedAsync(cart);
        var after = await cart.ReadAsync();
        var extended = TimeSpan.FromMilliseconds(await _host.ScalarAsync<int>(
            "SELECT extended_ms FROM reservations WHERE id = @id", ("@id", cart.Id)));
        Assert.Equal(before.PayBy + extended, after.PayBy);
        Assert.Equal(before.ReleaseAt + extended, after.ReleaseAt);
        Assert.InRange(extended.TotalSeconds, extendedSeconds, extendedSeconds == 0 ? 0 : authenticationSeconds);

        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Fail);
        Assert.Equal(402, await cart.ContinueStatusAsync());
        await _host.ExecuteAsync("UPDATE reservations SET pay_by = UTC_TIMESTAMP(3) + INTERVAL 20 SECOND, "
            + "release_at = UTC_TIMESTAMP(3) + INTERVAL 23 SECOND WHERE id = @id", ("@id", cart.Id));
        Assert.IsType<PayOutcome.ActionRequired>(await cart.PayAsync("2", Challenged));
        var left = (await cart.ReadAsync()).PayBy - (await cart.ReadAsync()).Now;
        if (extendedSeconds > 0 || authenticationSeconds == 0) Assert.InRange(left.TotalSeconds, 0, 20);
    }

    [Fact]
    public async Task Another_checkout_goes_on_with_a_challenge_whose_own_has_died()
    {
        var cart = await _host.CartAsync();
        await AskedAsync(cart);
        await using var other = await PaymentsHost.StartAsync(_host.Simulator);
        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Pass);
        await other.SettleAsync(cart);
        Assert.Equal(ReservationState.Sold, (await cart.ReadAsync()).State);
        Assert.Null(await cart.ViolationAsync());
    }

    [Theory]
    [InlineData(Fault.WebhookDuplicated)]
    [InlineData(Fault.WebhookFirst)]
    [InlineData(null)]
    public async Task A_webhook_wakes_it_whether_it_comes_twice_or_first(string? how)
    {
        var cart = await _host.CartAsync();
        await AskedAsync(cart);
        _host.Simulator.SendWebhooksTo(_host.Url + "/payments/webhooks");
        if (how is not null) _host.Simulator.Misbehave(how, "challenge");
        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Pass);
        // Nothing else makes it due: the next look of its own is an hour away.
        await WaitFor.TrueAsync(async () =>
        {
            await _host.Completer.TurnAsync(default);
            return (await cart.ReadAsync()).State is ReservationState.Sold;
        }, "it is sold");
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task Without_any_news_it_is_looked_at_by_itself()
    {
        await using var host = await PaymentsHost.StartAsync(_host.Simulator, "--Payments:LookEveryMs=20", "--Payments:CompleterEveryMs=20");
        var cart = await host.CartAsync();
        Assert.IsType<PayOutcome.ActionRequired>(await cart.PayAsync(method: Challenged));
        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Pass);
        await WaitFor.TrueAsync(async () => (await cart.ReadAsync()).State is ReservationState.Sold, "it is sold");
    }

    [Fact]
    public async Task A_slow_challenge_is_not_given_up_at_the_capture_and_needs_no_person()
    {
        var cart = await _host.CartAsync();
        await AskedAsync(cart);
        await _host.ExecuteAsync("UPDATE payment_attempts FORCE INDEX (one_per_number) "
            + "SET created_at = created_at - INTERVAL 1 HOUR WHERE reservation = @id", ("@id", cart.Id));
        Assert.Equal(202, await cart.ContinueStatusAsync());
        Assert.Equal(0, (await _host.Attempts.CountOpenAsync(default)).Flagged);
        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Pass);
        _host.Simulator.Misbehave(Fault.ResetBefore, "capture", calls: 5);
        await _host.SettleAsync(cart);
        Assert.Equal(ReservationState.Sold, (await cart.ReadAsync()).State);
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task A_card_that_is_being_worked_on_is_waited_for()
    {
        var cart = await _host.CartAsync();
        _host.Simulator.Misbehave(Fault.Processing, "confirm", calls: 1);
        await cart.PayAsync();
        await WaitFor.TrueAsync(async () => (await cart.LedgerAsync()).Any(payment => payment.Authorised), "the bank is done");
        await _host.SettleAsync(cart);
        Assert.Equal(ReservationState.Sold, (await cart.ReadAsync()).State);
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task The_client_secret_is_in_no_column()
    {
        var cart = await _host.CartAsync();
        _host.Simulator.SendWebhooksTo(_host.Url + "/payments/webhooks");
        var asked = await AskedAsync(cart);
        await _host.Simulator.EndChallengeAsync(await IntentAsync(cart), Challenge.Pass);
        Assert.Equal(201, await cart.ContinueStatusAsync());
        foreach (var table in (string[])["payment_attempts", "payment_webhooks", "reservations"])
        {
            var columns = await _host.ScalarAsync<string>(
                "SELECT GROUP_CONCAT(column_name) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = @t",
                ("@t", table));
            Assert.Equal(0, await _host.ScalarAsync<long>(
                $"SELECT COUNT(*) FROM {table} WHERE CONVERT(CONCAT_WS('|', {columns}) USING latin1) LIKE '%\\_secret\\_%'"));
        }

        Assert.DoesNotContain(asked.Challenge!.ClientSecret!, asked.ToString(), StringComparison.Ordinal);
    }

    private static async Task<PayOutcome.ActionRequired> AskedAsync(TestCart cart) =>
        Assert.IsType<PayOutcome.ActionRequired>(await cart.PayAsync(method: Challenged));

    private Task<string> IntentAsync(TestCart cart) => _host.ScalarAsync<string>(
        "SELECT intent FROM payment_attempts WHERE reservation = @id ORDER BY number DESC LIMIT 1", ("@id", cart.Id));
}
