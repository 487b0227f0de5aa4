using FlashSale.PaymentSimulator.Faults;
using FlashSale.Tests.Support;

using Stripe;

using Xunit;

namespace FlashSale.Tests.Payments;

/// <summary>Every fault, on every call: the payment ends by itself in one of the two good ends.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private PaymentsHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PaymentsHost.StartAsync(
        null, "--Payments:TryMs=150", "--Payments:CallMs=500", "--Payments:AnswerWithinMs=400");

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public static TheoryData<string, string> Everywhere()
    {
        var all = new TheoryData<string, string>();
        string[] faults =
        [
            Fault.Slow, Fault.Hang, Fault.Refuse, Fault.ResetBefore, Fault.ResetAfter, Fault.Error500Before,
            Fault.Error500After, Fault.TooManyRequests, Fault.Malformed, Fault.Truncated, Fault.DuplicateAnswer,
            Fault.ContradictoryAnswer,
        ];
        foreach (var fault in faults)
            foreach (var operation in (string[])["create", "confirm", "capture", "retrieve"])
                all.Add(fault, operation);
        return all;
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Invariant5_A_call_that_fails_a_few_times_delays_the_sale_and_no_more(string fault, string operation)
    {
        var cart = await _host.CartAsync();
        _host.Simulator.Misbehave(fault, operation, calls: 3);
        var status = await cart.PayStatusAsync();
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
        Assert.Contains(status, (int[])[201, 202, 402]);
        var row = await cart.ReadAsync();
        if (status != 402) Assert.Equal("Sold", row.State.ToString());
    }

    [Theory]
    [InlineData(Fault.VoidFails, "cancel")]
    [InlineData(Fault.RefundFails, "refund")]
    [InlineData(Fault.ResetAfter, "cancel")]
    [InlineData(Fault.ResetAfter, "refund")]
    [InlineData(Fault.Error500After, "refund")]
    [InlineData(Fault.Error500Before, "cancel")]
    [InlineData(Fault.ContradictoryAnswer, "refund")]
    public async Task Invariant5_Giving_the_money_back_is_tried_until_it_worked(string fault, string operation)
    {
        TestCart cart = null!;
        await WaitFor.TrueAsync(
            async () => await LosesTheUnitAsync(cart = await _host.CartAsync(), operation == "refund"), "a unit is lost that is paid for");
        _host.Simulator.Misbehave(fault, operation, calls: 4);
        await _host.SettleAsync(cart);
        Assert.Equal("Released", (await cart.ReadAsync()).State.ToString());
        Assert.Null(await cart.ViolationAsync());
        var payment = Assert.Single(await cart.LedgerAsync());
        Assert.Equal(operation == "refund" ? 99_900 : 0, payment.Refunded);
    }

    [Fact]
    public async Task Invariant6_What_is_not_settled_in_time_is_flagged_and_settled_all_the_same()
    {
        var cart = await _host.CartAsync();
        _host.Simulator.Misbehave(Fault.Error500Before);
        Assert.Equal(202, await cart.PayStatusAsync());
        await _host.ExecuteAsync(
            "UPDATE payment_attempts FORCE INDEX (one_per_number) SET created_at = created_at - INTERVAL 1 HOUR WHERE reservation = @id", ("@id", cart.Id));
        await _host.MakeDueAsync(cart);
        await _host.Completer.TurnAsync(default);
        Assert.True((await _host.Attempts.CountOpenAsync(default)).Flagged > 0);
        _host.Simulator.Behave();
        await _host.SettleAsync(cart);
        Assert.Null(await cart.ViolationAsync());
    }

    /// <summary>
    /// An attempt that was authorised, or captured, for a unit that is released meanwhile; false where the checkout was quicker,
    /// on a busy machine, and has sold the unit before, or taken the authorisation back since.
    /// </summary>
    private async Task<bool> LosesTheUnitAsync(TestCart cart, bool captured)
    {
        _host.Simulator.Misbehave(Fault.Hang, captured ? "capture" : "confirm");
        await cart.PayStatusAsync();
        await WaitFor.TrueAsync(() => HasPaymentAsync(cart), "there is a payment to lose");
        var lost = await _host.ExecuteAsync(
            $"""
            UPDATE reservations FORCE INDEX (PRIMARY) SET state = 4, reason = 1, live_unit = NULL, live_shopper = NULL, secured_by = NULL
            WHERE id = @id AND state IN ({(captured ? "1, 2" : "1")})
            """, ("@id", cart.Id));
        _host.Simulator.Behave();
        if (lost == 0) return false;
        var intent = (await cart.LedgerAsync())[0].PaymentIntent;
        var intents = _host.Simulator.Stripe.V1.PaymentIntents;
        try
        {
            if ((await intents.GetAsync(intent)).Status == "requires_payment_method")
                await intents.ConfirmAsync(intent, new() { PaymentMethod = "pm_card_visa" });
            if (captured && (await intents.GetAsync(intent)).Status == "requires_capture") await intents.CaptureAsync(intent);
        }
        catch (StripeException)
        {
            // Taken back in between.
        }

        return (await intents.GetAsync(intent)).Status == (captured ? "succeeded" : "requires_capture");
    }

    /// <summary>
    /// False after another try, where the machine was too busy for the first one to create the payment, or to hear that it is
    /// created, in its time: an attempt that knows no intent is abandoned, since nobody can confirm it then.
    /// </summary>
    private async Task<bool> HasPaymentAsync(TestCart cart)
    {
        if (await _host.ScalarAsync<long>(
            "SELECT COUNT(*) FROM payment_attempts WHERE reservation = @id AND intent IS NOT NULL", ("@id", cart.Id)) > 0)
            return true;
        await _host.MakeDueAsync(cart);
        await _host.Completer.TurnAsync(default);
        return false;
    }
}
