using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.PaymentSimulator.Money;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Payments;

/// <summary>The shopper pays on the provider's own page: its intent comes into being there, and the order of things stays the same.</summary>
public sealed class HostedPageTests : IAsyncLifetime
{
    private const string Good = "pm_card_visa", Bad = "pm_card_chargeDeclined", Challenged = "pm_card_authenticationRequired";

    private PaymentsHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PaymentsHost.StartAsync(
        null, "--Payments:ReturnUrl=http://127.0.0.1:9/shop/{sale}/order/{reservation}");

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Invariant5_What_is_paid_there_is_captured_once_after_the_unit_is_secured()
    {
        var cart = await _host.CartAsync();
        var asked = await AskedAsync(cart);
        Assert.Equal((PaymentState.ActionRequired, ReservationState.Held), (asked.Reservation.PaymentState, asked.Reservation.State));
        Assert.Contains("/sim/checkout/cs_test_", asked.Challenge!.Url, StringComparison.Ordinal);
        Assert.Empty(await cart.LedgerAsync());
        var again = Assert.IsType<PayOutcome.ActionRequired>(await cart.PayAsync(method: Attempt.HostedPage));
        Assert.Equal(asked.Challenge, again.Challenge);
        Assert.Equal(409, await cart.PayStatusAsync("another"));

        await PayThereAsync(cart, Good);
        Assert.Equal(0, Assert.Single(await cart.LedgerAsync()).Captured);

        Assert.Equal(201, await cart.ContinueStatusAsync());
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task Another_card_and_a_banks_challenge_are_the_pages_own_and_use_up_no_attempt()
    {
        var cart = await _host.CartAsync(attempts: 1);
        await AskedAsync(cart);
        await PayThereAsync(cart, Bad);
        Assert.Equal(202, await cart.ContinueStatusAsync());
        await PayThereAsync(cart, Challenged);
        Assert.Equal(202, await cart.ContinueStatusAsync());
        var intent = Assert.Single(await cart.LedgerAsync()).PaymentIntent;
        await _host.Simulator.EndChallengeAsync(intent, Challenge.Fail);
        Assert.Equal(202, await cart.ContinueStatusAsync());
        await PayThereAsync(cart, Challenged);
        await _host.Simulator.EndChallengeAsync(intent, Challenge.Pass);
        Assert.Equal(201, await cart.ContinueStatusAsync());
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task A_bank_that_asks_there_gets_the_time_that_the_sale_allows()
    {
        var cart = await _host.CartAsync(paySeconds: 30);
        await AskedAsync(cart);
        var before = await cart.ReadAsync();
        await PayThereAsync(cart, Challenged);
        Assert.Equal(202, await cart.ContinueStatusAsync());
        Assert.True((await cart.ReadAsync()).PayBy > before.PayBy);
    }

    [Fact]
    public async Task Invariant6_One_that_is_left_ends_with_the_carts_time_and_nobody_can_pay_there_afterwards()
    {
        var cart = await _host.CartAsync();
        await AskedAsync(cart);
        await PassAsync(cart);
        Assert.Equal(410, await cart.ContinueStatusAsync());
        await _host.SettleAsync(cart);
        await PayThereAsync(cart, Good);
        Assert.Empty(await cart.LedgerAsync());
        Assert.Null(await cart.ViolationAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invariant5_What_is_paid_there_after_the_deadline_is_voided_and_never_sells(bool looked)
    {
        var cart = await _host.CartAsync();
        await AskedAsync(cart);
        await PassAsync(cart);
        // In the moment between the last look and the page's end, or before that look.
        if (looked) _host.Simulator.Misbehave(Fault.ResetBefore, "retrieve", calls: 10);
        await PayThereAsync(cart, Good);
        await _host.SettleAsync(cart);
        var row = await cart.ReadAsync();
        Assert.Equal((ReservationState.Released, PaymentState.Voided), (row.State, row.PaymentState));
        Assert.True(Assert.Single(await cart.LedgerAsync()).Voided);
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task A_page_that_expired_at_the_provider_is_a_no_and_a_card_may_follow()
    {
        var cart = await _host.CartAsync();
        await AskedAsync(cart);
        _host.Simulator.ExpirePage(await PageAsync(cart));
        Assert.Equal(402, await cart.ContinueStatusAsync());
        Assert.Equal(201, await cart.PayStatusAsync("2"));
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    [Theory]
    [InlineData(Fault.WebhookDuplicated)]
    [InlineData(Fault.WebhookFirst)]
    [InlineData(null)]
    public async Task A_webhook_wakes_it_though_its_intent_is_not_known_here(string? how)
    {
        var cart = await _host.CartAsync();
        await AskedAsync(cart);
        _host.Simulator.SendWebhooksTo(_host.Url + "/payments/webhooks");
        if (how is not null) _host.Simulator.Misbehave(how, FaultPlan.PageOperation);
        await PayThereAsync(cart, Good);
        // Nothing else makes it due: the next look of its own is far away.
        await WaitFor.TrueAsync(async () =>
        {
            await _host.Completer.TurnAsync(default);
            return (await cart.ReadAsync()).State is ReservationState.Sold;
        }, "it is sold");
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    [Theory]
    [InlineData(Fault.Error500After)]
    [InlineData(Fault.ResetAfter)]
    [InlineData(Fault.Malformed)]
    [InlineData(Fault.TooManyRequests)]
    public async Task A_page_whose_making_or_end_is_not_answered_is_settled_by_the_page_itself(string fault)
    {
        var cart = await _host.CartAsync();
        _host.Simulator.Misbehave(fault, "session", calls: 1);
        await cart.PayAsync(method: Attempt.HostedPage);
        _host.Simulator.Behave();
        await OpensAsync(cart);
        await PassAsync(cart);
        _host.Simulator.Misbehave(fault, "expire", calls: 3);
        await _host.SettleAsync(cart);
        await PayThereAsync(cart, Good);
        Assert.Empty(await cart.LedgerAsync());
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task Giving_the_unit_back_ends_the_page_too()
    {
        var cart = await _host.CartAsync();
        await AskedAsync(cart);
        await _host.Reservations.GiveBackAsync(cart.Id, default);
        await _host.SettleAsync(cart);
        await PayThereAsync(cart, Good);
        Assert.Empty(await cart.LedgerAsync());
        Assert.Null(await cart.ViolationAsync());
    }

    /// <summary>Nobody is told its address; if somebody has paid there all the same, the money goes back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invariant5_What_is_paid_on_a_page_whose_making_was_never_answered_is_voided(bool abandoned)
    {
        var cart = await _host.CartAsync();
        _host.Simulator.SendWebhooksTo(_host.Url + "/payments/webhooks");
        _host.Simulator.Misbehave(Fault.Error500After, "session", calls: 1);
        await cart.PayAsync(method: Attempt.HostedPage);
        _host.Simulator.Behave();
        var unknown = Assert.Single(_host.Simulator.PagesOf((await cart.ReadAsync()).PublicId.ToString()));
        if (abandoned) await PassAsync(cart);
        else await OpensAsync(cart);
        await _host.Simulator.PayOnPageAsync(unknown, Good);
        if (!abandoned)
        {
            await PayThereAsync(cart, Good);
            Assert.Equal(201, await cart.ContinueStatusAsync());
        }

        await _host.SettleAsync(cart);
        await WaitFor.TrueAsync(async () =>
        {
            await _host.ExecuteAsync("UPDATE payment_webhooks SET due_at = UTC_TIMESTAMP(3) WHERE due_at IS NOT NULL");
            await _host.Completer.TurnAsync(default);
            return (await cart.LedgerAsync()).Single(payment => payment.Authorised && payment.Captured == 0).Voided;
        }, "it is voided");
        Assert.Null(await cart.ViolationAsync());
    }

    private static async Task<PayOutcome.ActionRequired> AskedAsync(TestCart cart) =>
        Assert.IsType<PayOutcome.ActionRequired>(await cart.PayAsync(method: Attempt.HostedPage));

    private Task OpensAsync(TestCart cart) => WaitFor.TrueAsync(async () =>
    {
        await _host.MakeDueAsync(cart);
        await _host.Completer.TurnAsync(default);
        return (await cart.ReadAsync()).PaymentState is PaymentState.ActionRequired;
    }, "the page is known");

    /// <summary>The cart's time is over, and the unit somebody else's.</summary>
    private static async Task PassAsync(TestCart cart)
    {
        await cart.MoveDeadlineAsync(-10);
        await cart.SweepAsync();
    }

    private async Task PayThereAsync(TestCart cart, string card) => await _host.Simulator.PayOnPageAsync(await PageAsync(cart), card);

    private Task<string> PageAsync(TestCart cart) => _host.ScalarAsync<string>(
        "SELECT session FROM payment_attempts WHERE reservation = @id ORDER BY number DESC LIMIT 1", ("@id", cart.Id));
}
