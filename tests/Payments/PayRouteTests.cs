using System.Text.Json;

using FlashSale.PaymentSimulator.Faults;
using FlashSale.Tests.Checkout;
using FlashSale.Tests.PaymentSimulator;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Payments;

/// <summary><c>POST /reservations/{id}/payments</c> as a shopper's client sees it, over HTTP.</summary>
public sealed class PayRouteTests : IAsyncLifetime
{
    private const string Visa = "pm_card_visa";
    private const string Declined = "pm_card_chargeDeclined";

    private SimulatorHost _simulator = null!;
    private CheckoutHost _host = null!;

    /// <summary>Patient: a busy machine may keep the simulator from answering for a while.</summary>
    public async ValueTask InitializeAsync()
    {
        _simulator = await SimulatorHost.StartAsync();
        _host = await StartAsync(tryMs: 20_000, callMs: 60_000, answerWithinMs: 60_000);
    }

    /// <summary>For outcomes that stay unknown: a checkout that does not wait for them for long.</summary>
    private async Task BeImpatientAsync()
    {
        await _host.DisposeAsync();
        _host = await StartAsync(tryMs: 200, callMs: 500, answerWithinMs: 1000);
    }

    private Task<CheckoutHost> StartAsync(int tryMs, int callMs, int answerWithinMs) =>
        CheckoutHost.StartAsync(settings:
        [
            ("Payments:StripeApiBase", _simulator.Url), ("Payments:StripeApiKey", SimulatorHost.ApiKey),
            ("Payments:WebhookSecret", SimulatorHost.WebhookSecret), ("Payments:TryMs", $"{tryMs}"),
            ("Payments:CallMs", $"{callMs}"), ("Payments:AnswerWithinMs", $"{answerWithinMs}"), ("Payments:BackoffMs", "20"),
            ("Payments:MaxBackoffMs", "200"), ("Payments:BreakMs", "500"), ("Payments:ProbeEveryMs", "50"),
        ]);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    [Fact]
    public async Task A_good_card_is_201_with_the_sold_reservation_and_the_same_key_brings_the_same_bytes_back()
    {
        var cart = await CartAsync();
        var sold = await PayAsync(cart, "key");
        Assert.Equal((201, "sold"), (sold.Status, sold.Text("state")));
        Assert.Equal("captured", sold.Json.GetProperty("payment").GetProperty("state").GetString());
        Assert.StartsWith("FS-", sold.Text("orderNumber"), StringComparison.Ordinal);
        Assert.Equal(sold, await PayAsync(cart, "key"));
        Assert.Equal((409, "alreadyBought"), Said(await PayAsync(cart, "another")));
    }

    [Fact]
    public async Task A_declined_card_is_402_and_stays_402_for_its_key_also_after_the_sale()
    {
        var cart = await CartAsync();
        var no = await PayAsync(cart, "no", Declined);
        Assert.Equal((402, "paymentDeclined"), Said(no));
        Assert.Equal((2, "generic_decline"), (no.Json.GetProperty("attemptsLeft").GetInt32(), no.Text("declineCode")));
        Assert.Equal(201, (await PayAsync(cart, "yes")).Status);
        Assert.Equal(no, await PayAsync(cart, "no", Declined));
    }

    [Fact]
    public async Task With_one_attempt_a_declined_card_releases_the_unit_and_the_key_still_says_402()
    {
        var cart = await CartAsync(new { paymentAttempts = 1 });
        var no = await PayAsync(cart, "only", Declined);
        Assert.Equal(0, no.Json.GetProperty("attemptsLeft").GetInt32());
        var row = await ReadAsync(cart);
        Assert.Equal(("released", "declined"), (row.Text("state"), row.Text("reason")));
        Assert.Equal(no, await PayAsync(cart, "only", Declined));
        Assert.Equal((410, "reservationEnded"), Said(await PayAsync(cart, "second")));
    }

    [Fact]
    public async Task A_key_with_another_card_is_422_whatever_became_of_the_first()
    {
        var cart = await CartAsync();
        await PayAsync(cart, "used", Declined);
        Assert.Equal((422, "idempotencyKeyReused"), Said(await PayAsync(cart, "used")));
        await PayAsync(cart, "sells");
        Assert.Equal((422, "idempotencyKeyReused"), Said(await PayAsync(cart, "sells", "pm_card_mastercard")));
    }

    [Fact]
    public async Task A_key_belongs_to_its_reservation()
    {
        var (mine, theirs) = (await CartAsync(), await CartAsync());
        Assert.Equal(201, (await PayAsync(mine, "key")).Status);
        Assert.Equal(201, (await PayAsync(theirs, "key", "pm_card_mastercard")).Status);
        Assert.Equal((403, "wrongSale"), Said(await PayAsync((mine.Id, theirs.Token, ""), "key")));
        var neighbour = _host.Tokens.Sign(mine.Sale, unit: 2);
        Assert.Equal((404, "notFound"), Said(await PayAsync((mine.Id, neighbour, ""), "key")));
    }

    [Fact]
    public async Task A_card_whose_bank_asks_is_202_with_what_to_do_to_that_shopper_alone_and_goes_on_when_told()
    {
        var cart = await CartAsync();
        var asked = await PayAsync(cart, "key", "pm_card_authenticationRequired");
        Assert.Equal((202, "held"), (asked.Status, asked.Text("state")));
        var payment = asked.Json.GetProperty("payment");
        Assert.Equal(("actionRequired", 3), (payment.GetProperty("state").GetString(), payment.GetProperty("attemptsLeft").GetInt32()));
        var action = payment.GetProperty("nextAction");
        Assert.Equal(("challenge", asked.Text("payBy")), (action.GetProperty("type").GetString(), action.GetProperty("until").GetString()));
        var secret = action.GetProperty("clientSecret").GetString()!;
        var again = await PayAsync(cart, "key", "pm_card_authenticationRequired");
        Assert.Equal(secret, again.Json.GetProperty("payment").GetProperty("nextAction").GetProperty("clientSecret").GetString());

        // Whoever reads the reservation, with the shopper's token too, is told the state and no secret.
        var read = (await ReadAsync(cart)).Json.GetProperty("payment");
        Assert.Equal(("actionRequired", JsonValueKind.Null),
            (read.GetProperty("state").GetString(), read.GetProperty("nextAction").ValueKind));
        Assert.Equal((404, "notFound"), Said(await ContinueAsync(cart, "unknown")));
        Assert.Equal(202, (await ContinueAsync(cart, "key")).Status);

        using var outcome = System.Net.Http.Json.JsonContent.Create(new { outcome = "pass" });
        using var told = await _simulator.Http.PutAsync("/sim/challenges/" + secret.Split("_secret_")[0], outcome);
        Assert.True(told.IsSuccessStatusCode);
        var sold = await ContinueAsync(cart, "key");
        Assert.Equal((201, "sold"), (sold.Status, sold.Text("state")));
        Assert.Equal(sold, await ContinueAsync(cart, "key"));
        Assert.Equal(sold, await PayAsync(cart, "key", "pm_card_authenticationRequired"));
    }

    [Fact]
    public async Task A_confirmation_token_of_the_providers_script_pays_like_a_card()
    {
        var cart = await CartAsync();
        var token = await TokenAsync("4242424242424242");
        var sold = await _host.SendAsync(HttpMethod.Post, $"/reservations/{cart.Id}/payments", new { confirmationToken = token },
            cart.Token, ("Idempotency-Key", "key"));
        Assert.Equal((201, "sold"), (sold.Status, sold.Text("state")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a\tb")]
    [InlineData("256")]
    public async Task Without_a_usable_idempotency_key_nothing_begins(string? key)
    {
        var cart = await CartAsync();
        Assert.Equal((400, "malformed"), Said(await PayAsync(cart, key == "256" ? new string('k', 256) : key)));
        Assert.Equal(3, (await ReadAsync(cart)).Json.GetProperty("payment").GetProperty("attemptsLeft").GetInt32());
        Assert.Equal(201, (await PayAsync(cart, new string('k', 255))).Status);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{ "paymentMethod": 5 }""")]
    [InlineData("""{ "paymentMethod": "" }""")]
    [InlineData("""{ "paymentMethod": "a card" }""")]
    [InlineData("""{ "confirmationToken": "pm_card_visa" }""")]
    [InlineData("""{ "confirmationToken": "ctoken_1", "paymentMethod": "pm_card_visa" }""")]
    [InlineData("""{ "confirmationToken": 1 }""")]
    [InlineData("""{ "paymentMethod": """)]
    public async Task Without_a_payment_method_nothing_begins(string body)
    {
        var cart = await CartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var answer = await _host.SendAsync(
            HttpMethod.Post, $"/reservations/{cart.Id}/payments", content, cart.Token, ("Idempotency-Key", "key"));
        Assert.Equal((400, "malformed"), Said(answer));
        Assert.Empty(await _simulator.LedgerOfAsync(cart.Sale));
    }

    [Fact]
    public async Task An_outcome_that_stays_unknown_is_202_with_the_reservation_as_it_is_and_the_key_tells_it_later()
    {
        await BeImpatientAsync();
        var cart = await CartAsync();
        _simulator.Misbehave(new FaultPlan(1, new Dictionary<string, double> { [Fault.Malformed] = 1 }, ["confirm", "retrieve"]));
        var unknown = await PayAsync(cart, "key");
        Assert.Equal((202, "held"), (unknown.Status, unknown.Text("state")));
        var payment = unknown.Json.GetProperty("payment");
        Assert.Equal(("unknown", 2), (payment.GetProperty("state").GetString(), payment.GetProperty("attemptsLeft").GetInt32()));
        Assert.Equal((409, "paymentInProgress"), Said(await PayAsync(cart, "another")));
        Assert.Equal((422, "idempotencyKeyReused"), Said(await PayAsync(cart, "key", Declined)));

        _simulator.Behave();
        await WaitFor.TrueAsync(async () => (await PayAsync(cart, "key")).Status == 201, "the outcome is known");
        Assert.Single(await _simulator.LedgerOfAsync(cart.Sale));
    }

    [Fact]
    public async Task A_hundred_requests_with_one_key_are_one_payment_and_one_answer()
    {
        var cart = await CartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => PayAsync(cart, "key")));
        Assert.Equal(201, Assert.Single(answers.Distinct()).Status);
        Assert.Single(await _simulator.LedgerOfAsync(cart.Sale));
    }

    [Fact]
    public async Task A_hundred_keys_at_once_use_the_attempts_up_one_by_one_and_nobody_hears_of_an_end_that_was_not()
    {
        var cart = await CartAsync(new { paymentAttempts = 100 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => PayAsync(cart, "key" + n, Declined)));
        Assert.All(answers, answer => Assert.Contains(
            Said(answer), ((int, string)[])[(402, "paymentDeclined"), (409, "paymentInProgress")]));
        var left = (await ReadAsync(cart)).Json.GetProperty("payment").GetProperty("attemptsLeft").GetInt32();
        Assert.Equal(100 - left, answers.Count(answer => answer.Status == 402));
    }

    [Fact]
    public async Task While_the_provider_is_down_everybody_is_told_and_it_is_found_up_again_although_nobody_pays()
    {
        await BeImpatientAsync();
        var other = await CartAsync();
        var first = await CartAsync(new { paySeconds = 8 });
        _simulator.Misbehave(Fault.Refuse);
        Assert.Equal(202, (await PayAsync(first, "key")).Status);
        await WaitFor.TrueAsync(async () => (await ReadAsync(other)).Json.GetProperty("payment")
            .GetProperty("providerDown").GetBoolean(), "who holds a unit is told");
        var refused = await PayAsync(other, "key");
        Assert.Equal((503, "unavailable"), Said(refused));
        var operators = (await _host.AdminAsync(HttpMethod.Get, $"/sales/{first.Sale}")).Json.GetProperty("payments");
        Assert.True(operators.GetProperty("providerDown").GetBoolean());
        Assert.NotEqual(JsonValueKind.Null, operators.GetProperty("providerDownSince").ValueKind);

        // Nothing is left that would call the provider: the reservation has ended, and its attempt with it.
        await WaitFor.TrueAsync(async () => (await _host.AdminAsync(HttpMethod.Get, "/payments")).Text("open") == "0",
            "the attempt is given up");
        // What gives an attempt up and what puts the unit back on sale run each at their own pace.
        await WaitFor.TrueAsync(async () => (await ReadAsync(first)).Text("state") == "released", "the unit is back on sale");
        _simulator.Behave();
        await WaitFor.TrueAsync(async () => (await PayAsync(other, "key")).Status == 201, "payments are taken again");
    }

    private Task<CheckoutAnswer> ContinueAsync((string Id, string Token, string Sale) cart, string key) =>
        _host.SendAsync(HttpMethod.Post, $"/reservations/{cart.Id}/payments/{key}/continue", new { }, cart.Token);

    /// <summary>What the provider's script makes of a card on the shopper's page, with the publishable key.</summary>
    private async Task<string> TokenAsync(string number)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/confirmation_tokens");
        request.Headers.Authorization = new("Bearer", "pk_test_simulator");
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["payment_method_data[type]"] = "card",
            ["payment_method_data[card][number]"] = number,
        });
        using var made = await _simulator.Http.SendAsync(request);
        return JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;
    }

    private static (int, string) Said(CheckoutAnswer answer) => (answer.Status, answer.Code);

    private async Task<(string Id, string Token, string Sale)> CartAsync(object? settings = null)
    {
        var sale = await _host.SaleAsync(more: settings);
        var (id, token) = await _host.HeldAsync(sale, unit: 1);
        return (id, token, sale);
    }

    private Task<CheckoutAnswer> ReadAsync((string Id, string Token, string Sale) cart) =>
        _host.SendAsync(HttpMethod.Get, $"/reservations/{cart.Id}", bearer: cart.Token);

    private Task<CheckoutAnswer> PayAsync((string Id, string Token, string Sale) cart, string? key, string method = Visa) =>
        _host.SendAsync(
            HttpMethod.Post, $"/reservations/{cart.Id}/payments", new { paymentMethod = method }, cart.Token,
            key is null ? [] : [("Idempotency-Key", key)]);
}
