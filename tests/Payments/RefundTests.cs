using FlashSale.Checkout.Audit;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Differences;
using FlashSale.Checkout.Payments.Refunds;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.Tests.PaymentSimulator;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace FlashSale.Tests.Payments;

/// <summary>Money that goes back, because somebody has asked us, or without our doing.</summary>
public sealed class RefundTests : IAsyncLifetime
{
    private static readonly RefundRule s_resell = new(RefundUnit.Resell, MayJoinAgain: false);

    private PaymentsHost _host = null!;

    // A refund that is pending stays so until a test says otherwise.
    public async ValueTask InitializeAsync() => _host = await PaymentsHost.StartAsync(
        await SimulatorHost.StartAsync("--Simulator:ChallengeMs=600000"), "--Payments:ReconcileEverySeconds=86400");

    public async ValueTask DisposeAsync()
    {
        var simulator = _host.Simulator;
        await _host.DisposeAsync();
        await simulator.DisposeAsync();
    }

    [Fact]
    public async Task Invariant5_A_sold_unit_is_refunded_once_and_then_free_and_the_same_call_says_so_again()
    {
        var cart = await SoldAsync();
        Assert.Equal(ReservationState.Refunding, (await BegunAsync(cart)).State);
        await _host.SettleAsync(cart);

        var row = await cart.ReadAsync();
        Assert.Equal((ReservationState.Refunded, PaymentState.Refunded), (row.State, row.PaymentState));
        Assert.Null(await cart.ViolationAsync());
        Assert.Empty(await AuditAsync(cart));
        Assert.True(await IsFreeAsync(cart));
        Assert.Equal(ReservationState.Refunded, (await BegunAsync(cart)).State);
        Assert.IsType<RefundOutcome.NotSold>(await RefundAsync(cart, "another"));
        Assert.IsType<RefundOutcome.KeyReused>(await RefundAsync(cart, rule: s_resell with { MayJoinAgain = true }));
        Assert.Equal(99_900, Assert.Single(await cart.LedgerAsync()).Refunded);
    }

    [Fact]
    public async Task What_is_not_sold_is_not_refunded()
    {
        var cart = await _host.CartAsync();
        Assert.IsType<RefundOutcome.NotSold>(await RefundAsync(cart));
        Assert.IsType<RefundOutcome.Missing>(
            await Refunds.BeginAsync(TestOperator.Of("a test"), Guid.CreateVersion7(), "key", s_resell, default));
    }

    [Theory]
    [InlineData(Fault.ResetBefore), InlineData(Fault.ResetAfter), InlineData(Fault.Error500Before), InlineData(Fault.Error500After)]
    [InlineData(Fault.Malformed), InlineData(Fault.TooManyRequests), InlineData(Fault.ContradictoryAnswer), InlineData(Fault.RefundFails)]
    public async Task Invariant5_However_the_provider_fails_the_money_goes_back_once(string fault)
    {
        var cart = await SoldAsync();
        _host.Simulator.Misbehave(fault, "refund", calls: 4);
        await BegunAsync(cart);
        await _host.SettleAsync(cart);
        Assert.Equal(ReservationState.Refunded, (await cart.ReadAsync()).State);
        Assert.Equal(99_900, Assert.Single(await cart.LedgerAsync()).Refunded);
    }

    [Fact]
    public async Task Invariant5_A_checkout_that_dies_after_the_money_went_back_is_followed_by_one_that_ends_the_refund()
    {
        var crash = new CrashSite();
        await using var dying = await PaymentsHost.StartAsync(_host.Simulator, crash);
        var cart = await SoldAsync();
        await BegunAsync(cart);
        crash.DieAfter(2);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (var turn = 0; turn < 3; turn++) await dying.Completer.TurnAsync(default);
        });
        crash.Live();
        await _host.SettleAsync(cart);
        Assert.Equal(ReservationState.Refunded, (await cart.ReadAsync()).State);
        Assert.Equal(99_900, Assert.Single(await cart.LedgerAsync()).Refunded);
    }

    [Fact]
    public async Task Invariant5_While_the_money_is_on_the_way_back_the_unit_is_nobody_elses()
    {
        var cart = await SoldAsync();
        _host.Simulator.Misbehave(Fault.RefundPends, "refund");
        await BegunAsync(cart);
        for (var turn = 0; turn < 5; turn++) await TurnAsync(cart);
        Assert.Equal(ReservationState.Refunding, (await cart.ReadAsync()).State);
        Assert.False(await IsFreeAsync(cart));
        Assert.Empty(await AuditAsync(cart));

        await EndRefundAsync(cart, succeeds: true);
        await _host.SettleAsync(cart);
        Assert.True(await IsFreeAsync(cart));
        Assert.Null(await cart.ViolationAsync());
    }

    [Fact]
    public async Task Invariant1_A_unit_that_is_withdrawn_makes_the_inventory_smaller_down_to_one()
    {
        var cart = await SoldAsync();
        await BegunAsync(cart, new RefundRule(RefundUnit.Withdraw, false));
        await _host.SettleAsync(cart);
        Assert.Equal(9, await InventoryAsync(cart));
        Assert.False(await IsFreeAsync(cart));
        Assert.Empty(await AuditAsync(cart));

        var last = await SoldAsync();
        await _host.ExecuteAsync("UPDATE sales SET inventory = 1, max_unit = 1 WHERE id = @sale", ("@sale", last.Sale));
        Assert.IsType<RefundOutcome.LastUnit>(await RefundAsync(last, rule: new RefundRule(RefundUnit.Withdraw, false)));
        Assert.Equal(ReservationState.Sold, (await last.ReadAsync()).State);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Invariant2_The_buyer_gets_another_unit_only_if_the_call_said_so(bool mayJoinAgain)
    {
        var cart = await SoldAsync();
        await BegunAsync(cart, s_resell with { MayJoinAgain = mayJoinAgain });
        await _host.SettleAsync(cart);
        Assert.Equal(mayJoinAgain ? 1 : 0, await _host.ExecuteAsync(
            """
            INSERT IGNORE INTO reservations (id, sale_no, unit, shopper, admission, state, live_unit, live_shopper, created_at,
              pay_by, release_at, changed_at)
            SELECT @id, sale_no, 7, shopper, 'another', 1, 7, shopper, created_at, pay_by, UTC_TIMESTAMP(3) + INTERVAL 1 HOUR,
              UTC_TIMESTAMP(3) FROM reservations WHERE id = @before
            """, ("@id", Guid.CreateVersion7()), ("@before", cart.Id)));
        Assert.Empty(await AuditAsync(cart));
    }

    [Fact]
    public async Task What_a_storefront_was_paid_for_it_gives_back_itself_and_the_unit_is_free_at_once()
    {
        var cart = await _host.CartAsync();
        await _host.Reservations.ConfirmAsync(cart.Id, default);
        Assert.Equal(ReservationState.Refunded, (await BegunAsync(cart, new RefundRule(RefundUnit.Withdraw, true))).State);
        Assert.Equal(9, await InventoryAsync(cart));
        Assert.Empty(await AuditAsync(cart));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Money_that_went_back_at_the_provider_is_noticed_and_can_be_adopted(bool byWebhook)
    {
        var cart = await SoldAsync();
        if (byWebhook) _host.Simulator.SendWebhooksTo(_host.Url + "/payments/webhooks");
        await ElsewhereAsync(cart, null);
        if (!byWebhook) await Reconciler.LookAtAllAsync(default);
        await WaitFor.TrueAsync(async () => (await OpenAsync(cart)).Count == 1, "it is noticed");
        Assert.Equal(("refundedElsewhere", 99_900L), await OnlyAsync(cart));
        Assert.Contains(await AuditAsync(cart), one => one.Contains("books differ", StringComparison.Ordinal));

        await BegunAsync(cart);
        await _host.SettleAsync(cart);
        Assert.Empty(await OpenAsync(cart));
        Assert.Empty(await AuditAsync(cart));
        Assert.Equal(99_900, Assert.Single(await cart.LedgerAsync()).Refunded);
    }

    [Fact]
    public async Task A_part_that_went_back_is_noticed_and_once_it_is_answered_the_books_agree()
    {
        var cart = await SoldAsync();
        await ElsewhereAsync(cart, 900);
        await Reconciler.LookAtAllAsync(default);
        var difference = Assert.Single(await OpenAsync(cart));
        Assert.Equal(("refundedElsewhere", 900L), (difference.Kind, difference.Amount.Amount));
        Assert.NotEmpty(await AuditAsync(cart));

        Assert.True(await Differences.AnswerAsync(
            TestOperator.Of("a test"), Guid.ParseExact(difference.Attempt, "N"), DifferenceKind.RefundedElsewhere, "a scratch", default));
        await Reconciler.LookAtAllAsync(default);
        Assert.Empty(await OpenAsync(cart));
        Assert.Empty(await AuditAsync(cart));

        // Another part is another difference; and the refund gives back what is left.
        await ElsewhereAsync(cart, 100);
        await Reconciler.LookAtAllAsync(default);
        Assert.Equal(("refundedElsewhere", 1_000L), await OnlyAsync(cart));
        await BegunAsync(cart);
        await _host.SettleAsync(cart);
        Assert.Empty(await AuditAsync(cart));
        Assert.Equal(99_900, Assert.Single(await cart.LedgerAsync()).Refunded);
    }

    [Fact]
    public async Task A_refund_that_fails_weeks_later_is_not_lost_and_a_call_with_a_new_key_tries_again()
    {
        var cart = await SoldAsync();
        await BegunAsync(cart);
        await _host.SettleAsync(cart);
        await EndRefundAsync(cart, succeeds: false);
        await Reconciler.LookAtAllAsync(default);
        Assert.Equal(("refundFailed", 99_900L), await OnlyAsync(cart));
        Assert.NotEmpty(await AuditAsync(cart));

        Assert.IsType<RefundOutcome.Begun>(await RefundAsync(cart, "again"));
        await _host.SettleAsync(cart);
        Assert.Empty(await OpenAsync(cart));
        Assert.Empty(await AuditAsync(cart));
        Assert.Equal(ReservationState.Refunded, (await cart.ReadAsync()).State);
        Assert.Equal(99_900, Assert.Single(await cart.LedgerAsync()).Refunded);
        Assert.IsType<RefundOutcome.NotSold>(await RefundAsync(cart, "once more"));
    }

    [Fact]
    public async Task A_dispute_is_told_with_until_when_to_answer_and_forgotten_when_it_is_won()
    {
        var cart = await SoldAsync();
        var intent = (await cart.LedgerAsync())[0].PaymentIntent;
        await DisputeAsync(intent, "needs_response");
        await Reconciler.LookAtAllAsync(default);
        var dispute = Assert.Single(await OpenAsync(cart));
        Assert.Equal(("disputed", 99_900L), (dispute.Kind, dispute.Amount.Amount));
        Assert.Contains("to be answered until", dispute.Detail, StringComparison.Ordinal);
        await DisputeAsync(intent, "won");
        await Reconciler.LookAtAllAsync(default);
        Assert.Empty(await OpenAsync(cart));
    }

    private RefundTable Refunds => _host.Services.GetRequiredService<RefundTable>();

    private Reconciler Reconciler => _host.Services.GetRequiredService<Reconciler>();

    private DifferenceTable Differences => _host.Services.GetRequiredService<DifferenceTable>();

    private async Task<TestCart> SoldAsync()
    {
        var cart = await _host.CartAsync();
        Assert.Equal(201, await cart.PayStatusAsync());
        await _host.SettleAsync(cart);
        return cart;
    }

    private Task<RefundOutcome> RefundAsync(TestCart cart, string key = "back", RefundRule? rule = null) =>
        Refunds.BeginAsync(TestOperator.Of("a test"), cart.Id, key, rule ?? s_resell, default);

    private async Task<FlashSale.Checkout.Reservations.Reservation> BegunAsync(TestCart cart, RefundRule? rule = null) =>
        Assert.IsType<RefundOutcome.Begun>(await RefundAsync(cart, rule: rule)).Reservation;

    private async Task TurnAsync(TestCart cart)
    {
        await _host.MakeDueAsync(cart);
        await _host.Completer.TurnAsync(default);
    }

    private async Task ElsewhereAsync(TestCart cart, long? amount) => await _host.Simulator.Stripe.V1.Refunds.CreateAsync(
        new Stripe.RefundCreateOptions { PaymentIntent = (await cart.LedgerAsync())[0].PaymentIntent, Amount = amount });

    private async Task EndRefundAsync(TestCart cart, bool succeeds)
    {
        var refunds = await _host.Simulator.Stripe.V1.Refunds.ListAsync(
            new Stripe.RefundListOptions { PaymentIntent = (await cart.LedgerAsync())[0].PaymentIntent });
        await _host.Simulator.EndRefundAsync(refunds.First().Id, succeeds);
    }

    private Task DisputeAsync(string intent, string status) => _host.Simulator.DisputeAsync(intent, status);

    private async Task<IReadOnlyList<Difference>> OpenAsync(TestCart cart) =>
        [.. (await Differences.OpenAsync(1000, default)).Where(one => one.Reservation.StartsWith(cart.Sale, StringComparison.Ordinal))];

    private async Task<(string, long)> OnlyAsync(TestCart cart)
    {
        var difference = Assert.Single(await OpenAsync(cart));
        return (difference.Kind, difference.Amount.Amount);
    }

    private async Task<bool> IsFreeAsync(TestCart cart) => await _host.ScalarAsync<long>(
        "SELECT COUNT(*) FROM reservations WHERE live_unit = 1 AND sale_no = (SELECT no FROM sales WHERE id = @sale)",
        ("@sale", cart.Sale)) == 0;

    private async Task<int> InventoryAsync(TestCart cart) =>
        await _host.ScalarAsync<int>("SELECT inventory FROM sales WHERE id = @sale", ("@sale", cart.Sale));

    private async Task<IReadOnlyList<string>> AuditAsync(TestCart cart)
    {
        var catalog = await _host.Services.GetRequiredService<SaleCatalog>().ReadAsync(default);
        return (await _host.Services.GetRequiredService<Auditor>()
            .AuditAsync(catalog.Sales[SaleId.Parse(cart.Sale)], provider: true, default)).Violations;
    }
}
