using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Checkout.Webhooks;
using FlashSale.Contract;
using FlashSale.Tests.Support;

using Microsoft.Extensions.Options;

using Xunit;

namespace FlashSale.Tests.Embedding;

public sealed class WebhookTests
{
    private static readonly StorefrontId s_storefront = StorefrontId.Parse(WebhookLedger.Storefront);

    [Fact]
    public async Task A_storefront_is_told_once_signed_of_all_that_happens_to_its_units()
    {
        await using var ledger = await WebhookLedger.OpenAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var secret = await ledger.RegisterAsync(receiver.Url);
        var (kept, returned) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await ledger.SaleAsync("phones", 1);
        await ledger.HoldAsync("phones", returned, 1);
        await WaitFor.TrueAsync(() => receiver.All.Count == 1, "a webhook");
        await ledger.ReleaseAsync(returned);
        await ledger.HoldAsync("phones", kept, 2);
        await ledger.SellAsync(kept);

        await WaitFor.TrueAsync(() => receiver.All.Count == 5, "5 webhooks");
        // What happens later is found by a look at all that has happened, and sent after what was due before it.
        await ledger.SaleAsync("later", 2);
        await ledger.HoldAsync("later", Guid.CreateVersion7(), 3);
        await WaitFor.TrueAsync(
            () => Task.FromResult(receiver.All.Any(one => one.Body.Contains("later_", StringComparison.Ordinal))),
            "the storefront is told of the later sale");

        Assert.Equal(
            [
                "reservation.held", "reservation.held", "reservation.held", "reservation.released", "sale.soldOut",
                "unit.sold",
            ],
            receiver.All.Select(one => one.Type).Order(StringComparer.Ordinal));
        Assert.All(receiver.All, one => Assert.True(one.IsSignedWith(secret)));
        Assert.Equal(6, receiver.All.Select(one => one.Id).Distinct().Count());
        var sold = JsonDocument.Parse(receiver.All.Single(one => one.Type == "unit.sold").Body).RootElement;
        Assert.Equal($"phones_{kept:N}", sold.GetProperty("data").GetProperty("reservation").GetString());
        Assert.Equal("FS-1", sold.GetProperty("data").GetProperty("orderNumber").GetString());
    }

    [Fact]
    public void A_unit_whose_money_went_back_was_sold_before_and_a_sale_that_is_sold_out_again_is_told_again()
    {
        var row = new ChangedReservation(
            Guid.CreateVersion7(), SaleId.Parse("phones"), 1, "ada", "1-1-1", FlashSale.Checkout.Ledger.ReservationState.Refunded, null,
            new Money(99_900, "usd"), default, "FS-1", default, default);
        var told = WebhookEvent.Of(row).ToList();
        Assert.Equal(["reservation.held", "unit.sold", "unit.refunded"], told.Select(one => one.Type));
        Assert.Contains("FS-1", told[^1].Body, StringComparison.Ordinal);
        Assert.Equal(told.Select(one => one.Id), WebhookEvent.Of(row).Select(one => one.Id));
        Assert.NotEqual(WebhookEvent.OfSoldOut(row.Sale, 10, 0, default).Id, WebhookEvent.OfSoldOut(row.Sale, 10, 1, default).Id);
    }

    [Fact]
    public async Task A_storefront_registers_itself_and_hears_of_a_purchase_through_the_whole_system()
    {
        var system = await TestSystem.SharedAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var storefront = Unique.Name("shop");
        var key = (await AsAsync(system, system.Secrets.AdminKey, $"/admin/storefronts/{storefront}", new { name = "A shop" }))
            .GetProperty("apiKey").GetString()!;
        var secret = (await AsAsync(system, key, $"/storefronts/{storefront}/webhook", new { url = receiver.Url }))
            .GetProperty("secret").GetString()!;
        var sale = await system.SaleAsync(
            new { name = "A phone", inventory = 1, price = new { amount = 99_900, currency = "usd" }, storefront });

        var shopper = system.Shopper(sale);
        await shopper.JoinAsync(TestContext.Current.CancellationToken);
        await shopper.BuysAsync();

        await WaitFor.TrueAsync(() => receiver.All.Count == 3, "3 webhooks");
        Assert.Equal(["reservation.held", "sale.soldOut", "unit.sold"], receiver.All.Select(one => one.Type).Order(StringComparer.Ordinal));
        Assert.All(receiver.All, one => Assert.True(one.IsSignedWith(secret)));
    }

    private static async Task<JsonElement> AsAsync(TestSystem system, string key, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await system.Edge.SendAsync(request, TestContext.Current.CancellationToken);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_signature_is_that_of_the_specifications_own_example()
    {
        // From the Standard Webhooks specification's reference libraries.
        var secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task What_failed_is_tried_again_with_the_same_id_until_it_arrives()
    {
        await using var ledger = await WebhookLedger.OpenAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var tries = 0;
        receiver.Answer = _ => Interlocked.Increment(ref tries) < 4 ? 500 : 200;
        await ledger.RegisterAsync(receiver.Url);
        await ledger.SaleAsync("phones", 10);
        await ledger.HoldAsync("phones", Guid.CreateVersion7(), 1);

        await WaitFor.TrueAsync(() => receiver.All.Count == 4, "4 webhooks");

        Assert.Single(receiver.All.Select(one => one.Id).Distinct());
    }

    [Fact]
    public async Task What_never_arrives_is_a_dead_letter_that_an_operator_can_replay()
    {
        await using var ledger = await WebhookLedger.OpenAsync(retrySeconds: "0");
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => 503;
        await ledger.RegisterAsync(receiver.Url);
        await ledger.SaleAsync("phones", 10);
        await ledger.HoldAsync("phones", Guid.CreateVersion7(), 1);
        List<WebhookDelivery> dead = [];
        await WaitFor.TrueAsync(() => (dead = DeadOf(ledger)).Count == 1, "it is given up");
        Assert.Equal((2, 503), (dead[0].Attempts, dead[0].LastStatus));

        receiver.Answer = _ => 200;
        var replayed = await ledger.Endpoints.ReplayAsync(TestOperator.Of("a test"), s_storefront, null, TestContext.Current.CancellationToken);

        Assert.Equal(1, replayed);
        await WaitFor.TrueAsync(() => receiver.All.Count == 3, "3 webhooks");
        Assert.Empty(DeadOf(ledger));
    }

    [Fact]
    public async Task A_call_to_a_shopper_waits_for_no_event_that_the_storefront_takes_long_to_take()
    {
        await using var ledger = await WebhookLedger.OpenAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        using var taken = new ManualResetEventSlim();
        receiver.Answer = one =>
        {
            if (one.Type != WebhookEvent.Soon) taken.Wait();
            return 204;
        };
        await ledger.RegisterAsync(receiver.Url);
        await ledger.SaleAsync("phones", 10);
        await ledger.HoldAsync("phones", Guid.CreateVersion7(), 1);
        await WaitFor.TrueAsync(() => receiver.All.Count == 1, "the event is being sent");

        await ledger.CallAsync("1.soon", until: null);

        await WaitFor.TrueAsync(() => receiver.All.Any(one => one.Type == WebhookEvent.Soon), "the call is sent");
        var sending = await ledger.Endpoints.ListAsync(s_storefront, dead: false, TestContext.Current.CancellationToken);
        taken.Set();
        Assert.Null(Assert.Single(sending, one => one.Type != WebhookEvent.Soon).LastError);
    }

    [Fact]
    public async Task A_call_that_would_come_too_late_is_dropped_and_counted_and_is_no_dead_letter()
    {
        using var dropped = new OutcomeCounter("flashsale.storefront_events", "dropped");
        await using var ledger = await WebhookLedger.OpenAsync(retrySeconds: "0,0,600,0");
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => 503;
        await ledger.RegisterAsync(receiver.Url);
        await ledger.SaleAsync("phones", 10);
        await ledger.CallAsync("1.soon", until: null, secondsAgo: 3600);
        await ledger.CallAsync("2.turn", TimeProvider.System.GetUtcNow().AddMinutes(-1));
        await ledger.CallAsync("3.turn", TimeProvider.System.GetUtcNow().AddMinutes(9));
        await ledger.HoldAsync("phones", Guid.CreateVersion7(), 1);

        await WaitFor.TrueAsync(
            () => receiver.All.Count(one => one.Type != WebhookEvent.Soon) == 3 && dropped.Count >= 3, "three are dropped");

        var pending = await ledger.Endpoints.ListAsync(s_storefront, dead: false, TestContext.Current.CancellationToken);
        Assert.Equal("reservation.held", Assert.Single(pending).Type);
        Assert.Empty(DeadOf(ledger));
        Assert.Equal(["phones.3.turn"], receiver.All.Where(one => one.Type == WebhookEvent.Soon).Select(one => one.Id).Distinct());
    }

    [Fact]
    public async Task Nothing_is_lost_when_no_checkout_was_there_and_two_checkouts_tell_it_once()
    {
        await using var ledger = await WebhookLedger.OpenAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await ledger.RegisterAsync(receiver.Url);
        await ledger.SaleAsync("phones", 1000);
        await ledger.StopOneAsync();
        var units = Enumerable.Range(1, 50).Select(unit => (Unit: unit, Id: Guid.CreateVersion7())).ToArray();
        foreach (var (unit, id) in units) await ledger.HoldAsync("phones", id, unit);
        foreach (var (unit, id) in units)
            await (unit % 2 == 0 ? ledger.SellAsync(id) : ledger.ReleaseAsync(id));

        await ledger.StartAsync();
        await ledger.StartAsync();

        await WaitFor.TrueAsync(() => receiver.All.Count >= 100, "100 webhooks");
        Assert.Equal(100, receiver.All.Select(one => one.Id).Distinct().Count());
        Assert.Equal(100, receiver.All.Count);
    }

    [Theory]
    [InlineData("https://shop.example/hooks", true)]
    [InlineData("http://shop.example/hooks", false)]
    [InlineData("https://user:password@shop.example/", false)]
    [InlineData("https://127.0.0.1/", false)]
    [InlineData("https://[::1]/", false)]
    [InlineData("https://10.1.2.3/", false)]
    [InlineData("https://169.254.169.254/latest/meta-data", false)]
    [InlineData("https://[::ffff:10.0.0.1]/", false)]
    [InlineData("https://[fd00::1]/", false)]
    [InlineData("https://0x7f000001/", false)]
    [InlineData("https://2130706433/", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("gopher://shop.example/", false)]
    [InlineData("/hooks", false)]
    [InlineData("", false)]
    public void Only_public_https_urls_may_be_registered(string url, bool allowed) =>
        Assert.Equal(allowed, new WebhookTargets(Options.Create(new WebhookOptions())).IsAllowed(url));

    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_not_connected_to()
    {
        var targets = new WebhookTargets(Options.Create(new WebhookOptions()));
        using var http = new HttpClient(targets.Handler());
        await Assert.ThrowsAsync<HttpRequestException>(
            () => http.GetAsync("http://localhost:1/", TestContext.Current.CancellationToken));
        Assert.False(targets.IsAllowed(IPAddress.Parse("64:ff9b::7f00:1")));
        Assert.True(targets.IsAllowed(IPAddress.Parse("2606:4700::1111")));
    }

    private static List<WebhookDelivery> DeadOf(WebhookLedger ledger) =>
        ledger.Endpoints.ListAsync(s_storefront, dead: true, CancellationToken.None).GetAwaiter().GetResult();
}
