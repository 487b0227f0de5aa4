using System.Net;

using FlashSale.PaymentSimulator.Faults;
using FlashSale.Tests.Support;

using Stripe;

using Xunit;

namespace FlashSale.Tests.PaymentSimulator;

public sealed class StripeApiTests : IAsyncLifetime
{
    private readonly string _sale = Unique.Name();
    private SimulatorHost _simulator = null!;
    private PaymentIntentService _intents = null!;

    public async ValueTask InitializeAsync()
    {
        _simulator = await SimulatorHost.StartAsync();
        _intents = _simulator.Stripe.V1.PaymentIntents;
    }

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task A_payment_is_authorised_captured_and_refunded()
    {
        var intent = await CreateAsync("a");
        Assert.Equal("requires_payment_method", intent.Status);

        var authorised = await ConfirmAsync(intent.Id, "pm_card_visa");
        Assert.Equal(("requires_capture", 99_900L), (authorised.Status, authorised.AmountCapturable));

        var captured = await _intents.CaptureAsync(intent.Id);
        Assert.Equal(("succeeded", 99_900L), (captured.Status, captured.AmountReceived));

        var refund = await RefundAsync(intent.Id);
        Assert.Equal("succeeded", refund.Status);
        var payment = Assert.Single(await _simulator.LedgerOfAsync(_sale));
        Assert.Equal((true, 99_900L, 99_900L, false),
            (payment.Authorised, payment.Captured, payment.Refunded, payment.Voided));
    }

    [Fact]
    public async Task Create_with_confirm_authorises_in_one_call_and_cancel_voids()
    {
        var intent = await CreateAsync("a", confirmWith: "pm_card_mastercard");
        Assert.Equal("requires_capture", intent.Status);

        Assert.Equal("canceled", (await _intents.CancelAsync(intent.Id)).Status);
        Assert.True(Assert.Single(await _simulator.LedgerOfAsync(_sale)).Voided);
        var error = await Assert.ThrowsAsync<StripeException>(() => _intents.CaptureAsync(intent.Id));
        Assert.Equal("payment_intent_unexpected_state", error.StripeError.Code);
    }

    [Theory]
    [InlineData("pm_card_chargeDeclined", "card_declined", "generic_decline")]
    [InlineData("pm_card_visa_chargeDeclined", "card_declined", "generic_decline")]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds")]
    [InlineData("pm_card_chargeDeclinedExpiredCard", "expired_card", null)]
    [InlineData("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", null)]
    [InlineData("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error")]
    public async Task Declining_test_cards_decline_as_Stripes_do(string card, string code, string? declineCode)
    {
        var intent = await CreateAsync("a");
        var error = await Assert.ThrowsAsync<StripeException>(() => ConfirmAsync(intent.Id, card));
        Assert.Equal(HttpStatusCode.PaymentRequired, error.HttpStatusCode);
        Assert.Equal(("card_error", code, declineCode),
            (error.StripeError.Type, error.StripeError.Code, error.StripeError.DeclineCode));
        Assert.Equal(intent.Id, error.StripeError.PaymentIntent.Id);
        Assert.Equal("requires_capture", (await ConfirmAsync(intent.Id, "pm_card_visa")).Status);
    }

    [Fact]
    public async Task An_unknown_card_and_an_unknown_intent_are_named()
    {
        var intent = await CreateAsync("a");
        var card = await Assert.ThrowsAsync<StripeException>(() => ConfirmAsync(intent.Id, "pm_nobody"));
        Assert.Equal("resource_missing", card.StripeError.Code);
        var unknown = await Assert.ThrowsAsync<StripeException>(() => _intents.GetAsync("pi_nobody"));
        Assert.Equal(HttpStatusCode.NotFound, unknown.HttpStatusCode);
    }

    [Fact]
    public async Task The_same_key_replays_the_first_answer_even_a_decline()
    {
        var first = await CreateAsync("a", key: "k");
        var again = await CreateAsync("a", key: "k");
        Assert.Equal(first.Id, again.Id);
        Assert.Equal("true", again.StripeResponse.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Single(await _simulator.LedgerOfAsync(_sale));

        _simulator.Misbehave(Fault.DeclineAuthorise, "confirm", calls: 1);
        await Assert.ThrowsAsync<StripeException>(() => ConfirmAsync(first.Id, "pm_card_visa", "c"));
        await Assert.ThrowsAsync<StripeException>(() => ConfirmAsync(first.Id, "pm_card_visa", "c"));
        Assert.Equal("requires_capture", (await ConfirmAsync(first.Id, "pm_card_visa", "c2")).Status);
    }

    [Fact]
    public async Task The_same_key_with_other_parameters_is_an_idempotency_error()
    {
        await CreateAsync("a", key: "k");
        var error = await Assert.ThrowsAsync<StripeException>(() => CreateAsync("b", key: "k"));
        Assert.Equal((HttpStatusCode.BadRequest, "idempotency_error"), (error.HttpStatusCode, error.StripeError.Type));
    }

    [Fact]
    public async Task A_key_in_use_is_a_conflict()
    {
        await using var slow = await SimulatorHost.StartAsync("--Simulator:SlowMs=60000");
        var slowly = slow.Stripe.V1.PaymentIntents;
        slow.Misbehave(SlowForLong());
        using var giveUp = new CancellationTokenSource();
        Task[] both =
        [
            slowly.CreateAsync(Options("a"), Key("k"), giveUp.Token), slowly.CreateAsync(Options("a"), Key("k"), giveUp.Token),
        ];
        var error = await Assert.ThrowsAsync<StripeException>(async () => await await Task.WhenAny(both));
        Assert.Equal((HttpStatusCode.Conflict, "idempotency_error"), (error.HttpStatusCode, error.StripeError.Type));
        await giveUp.CancelAsync();
        await Task.WhenAll(both).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_500_after_the_money_moved_is_kept_under_its_key_and_the_truth_can_be_read()
    {
        var intent = await CreateAsync("a");
        _simulator.Misbehave(Fault.Error500After, "confirm", calls: 1);
        await Assert.ThrowsAsync<StripeException>(() => ConfirmAsync(intent.Id, "pm_card_visa", "c"));
        await Assert.ThrowsAsync<StripeException>(() => ConfirmAsync(intent.Id, "pm_card_visa", "c"));
        Assert.Equal("requires_capture", (await _intents.GetAsync(intent.Id)).Status);
    }

    [Fact]
    public async Task Payments_are_found_by_our_reference()
    {
        var wanted = await CreateAsync("r-7");
        await CreateAsync("r-8");
        var found = await _intents.SearchAsync(new() { Query = $"metadata['sale']:'{_sale}' AND metadata['reservation']:'r-7'" });
        Assert.Equal(wanted.Id, Assert.Single(found).Id);
        Assert.Equal(2, await _intents.ListAutoPagingAsync(new() { Limit = 1 }).CountAsync());
        Assert.Equal(2, await _intents.SearchAutoPagingAsync(new() { Query = $"metadata['sale']:'{_sale}'", Limit = 1 })
            .CountAsync());
    }

    [Fact]
    public async Task A_foreign_API_key_is_refused()
    {
        using var http = new HttpClient { BaseAddress = new Uri(_simulator.Url) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/payment_intents")).StatusCode);
    }

    /// <summary>A seed with which the first two creations take more than half a minute.</summary>
    private static FaultPlan SlowForLong()
    {
        for (var seed = 0UL; ; seed++)
        {
            var plan = new FaultPlan(seed, new Dictionary<string, double> { [Fault.Slow] = 1 }, ["create"]);
            if (Enumerable.Range(1, 2).All(call => new FaultDraw(plan, "create", call).Number(Fault.Slow) % 60_000 > 30_000))
                return plan;
        }
    }

    private Task<PaymentIntent> CreateAsync(string reservation, string? key = null, string? confirmWith = null)
    {
        var options = Options(reservation);
        (options.PaymentMethod, options.Confirm) = (confirmWith, confirmWith is null ? null : true);
        return _intents.CreateAsync(options, Key(key));
    }

    private PaymentIntentCreateOptions Options(string reservation) => new()
    {
        Amount = 99_900,
        Currency = "usd",
        CaptureMethod = "manual",
        Metadata = new() { ["sale"] = _sale, ["reservation"] = reservation },
    };

    private Task<PaymentIntent> ConfirmAsync(string intent, string card, string? key = null) =>
        _intents.ConfirmAsync(intent, new() { PaymentMethod = card }, Key(key));

    private Task<Refund> RefundAsync(string intent) =>
        _simulator.Stripe.V1.Refunds.CreateAsync(new() { PaymentIntent = intent });

    private static RequestOptions Key(string? key) => new() { IdempotencyKey = key };
}
