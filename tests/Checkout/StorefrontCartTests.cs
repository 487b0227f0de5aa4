using System.Diagnostics;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>What a storefront's server has redeemed is its own: the token, which was in a URL, is worthless then.</summary>
public sealed class StorefrontCartTests(CheckoutFixture fixture) : IClassFixture<CheckoutFixture>
{
    private CheckoutHost Host => fixture.Host;

    [Fact]
    public async Task A_token_stolen_after_the_storefront_redeemed_it_neither_reads_nor_gives_back_nor_pays()
    {
        var shop = await OpenShopAsync();
        var token = shop.Token(1);
        var made = await shop.RedeemAsync(token);
        Assert.Equal((201, "held"), (made.Status, made.Text("state")));
        var cart = $"/reservations/{made.Text("id")}";

        var redeem = await Host.ReserveAsync(shop.Sale, token);
        var read = await Host.SendAsync(HttpMethod.Get, cart, null, token);
        var back = await Host.SendAsync(HttpMethod.Delete, cart, null, token);
        var pay = await Host.SendAsync(
            HttpMethod.Post, cart + "/payments", new { paymentMethod = "pm_card_visa" }, token, ("Idempotency-Key", "thief"));

        Assert.Equal((410, "admissionSpent"), (redeem.Status, redeem.Code));
        Assert.All(new[] { read, back, pay }, answer => Assert.Equal((404, "notFound"), (answer.Status, answer.Code)));
        Assert.Equal(200, (await shop.RedeemAsync(token)).Status);
        var sold = await Host.SendAsync(HttpMethod.Post, cart + "/confirm", null, shop.Key);
        Assert.Equal((200, "sold"), (sold.Status, sold.Text("state")));
    }

    [Fact]
    public async Task The_storefront_takes_over_what_the_token_alone_has_redeemed()
    {
        var shop = await OpenShopAsync();
        var token = shop.Token(1);
        var first = await Host.ReserveAsync(shop.Sale, token);

        var taken = await shop.RedeemAsync(token);

        Assert.Equal((200, first.Text("id")), (taken.Status, taken.Text("id")));
        Assert.Equal(410, (await Host.ReserveAsync(shop.Sale, token)).Status);
        Assert.Equal(404, (await Host.SendAsync(HttpMethod.Delete, $"/reservations/{first.Text("id")}", null, token)).Status);
        Assert.Equal("held", (await Host.SendAsync(HttpMethod.Get, $"/reservations/{first.Text("id")}", null, shop.Key)).Text("state"));
    }

    [Fact]
    public async Task A_thief_who_races_the_storefront_never_gives_back_what_it_was_told_it_has()
    {
        var shop = await OpenShopAsync(units: 40);
        for (var unit = 1; unit <= 40; unit++)
        {
            var token = shop.Token(unit);
            var thief = Task.Run(async () =>
            {
                var cart = await Host.ReserveAsync(shop.Sale, token);
                if (cart.Status is not (200 or 201)) return cart.Status;
                return (await Host.SendAsync(HttpMethod.Delete, $"/reservations/{cart.Text("id")}", null, token)).Status;
            });
            var mine = await shop.RedeemAsync(token);
            var stolen = await thief;

            // Either the thief was first and the admission is spent, or the unit is the storefront's and stays so.
            Assert.Equal(stolen == 200, mine.Status == 410);
            if (mine.Status == 410) continue;
            var now = await Host.SendAsync(HttpMethod.Get, $"/reservations/{mine.Text("id")}", null, shop.Key);
            Assert.Equal("held", now.Text("state"));
        }
    }

    [Fact]
    public async Task The_key_gives_the_unit_back_and_the_admission_is_spent()
    {
        var shop = await OpenShopAsync();
        var token = shop.Token(1);
        var cart = $"/reservations/{(await shop.RedeemAsync(token)).Text("id")}";

        var back = await Host.SendAsync(HttpMethod.Delete, cart, null, shop.Key);

        Assert.Equal((200, "released", "cancelled"), (back.Status, back.Text("state"), back.Text("reason")));
        Assert.Equal(200, (await Host.SendAsync(HttpMethod.Delete, cart, null, shop.Key)).Status);
        Assert.Equal(410, (await shop.RedeemAsync(token)).Status);
        Assert.Equal(201, (await shop.RedeemAsync(shop.Token(1))).Status);
    }

    [Fact]
    public async Task The_key_refunds_what_its_server_has_sold_and_nothing_of_others()
    {
        var (shop, other) = (await OpenShopAsync(), await OpenShopAsync());
        var token = shop.Token(1);
        var cart = $"/reservations/{(await shop.RedeemAsync(token)).Text("id")}";
        Task<CheckoutAnswer> RefundAsync(string? key, string call = "1", string unit = "resell") => Host.SendAsync(
            HttpMethod.Post, cart + "/refund", new { unit, mayJoinAgain = true }, key, ("Idempotency-Key", call));

        Assert.Equal((409, "notSold"), Of(await RefundAsync(shop.Key)));
        Assert.Equal(200, (await Host.SendAsync(HttpMethod.Post, cart + "/confirm", null, shop.Key)).Status);
        Assert.Equal((404, "notFound"), Of(await RefundAsync(other.Key)));
        Assert.Equal((401, "apiKeyInvalid"), Of(await RefundAsync(token)));
        var back = await RefundAsync(shop.Key);
        Assert.Equal((202, "refunded"), (back.Status, back.Text("state")));
        Assert.Equal(back.Text("state"), (await RefundAsync(shop.Key)).Text("state"));
        Assert.Equal((422, "idempotencyKeyReused"), Of(await RefundAsync(shop.Key, unit: "withdraw")));
        Assert.Equal((409, "notSold"), Of(await RefundAsync(shop.Key, call: "2")));
        Assert.Equal(201, (await shop.RedeemAsync(shop.Token(1))).Status);
        Assert.True(await Audits.IsOkAsync(Host, shop.Sale));
    }

    [Fact]
    public async Task A_key_opens_its_own_sales_only_and_needs_the_shoppers_token()
    {
        var (shop, other) = (await OpenShopAsync(), await OpenShopAsync());
        var token = shop.Token(1);
        var path = $"/sales/{shop.Sale}/reservations";

        Assert.Equal(401, (await Host.SendAsync(HttpMethod.Post, path, new { admission = token }, "fsk_no-key-of-anyone")).Status);
        Assert.Equal((404, "unknownSale"), Of(await Host.SendAsync(HttpMethod.Post, path, new { admission = token }, other.Key)));
        Assert.Equal((400, "malformed"), Of(await Host.SendAsync(HttpMethod.Post, path, null, shop.Key)));
        Assert.Equal((400, "malformed"), Of(await Host.SendAsync(HttpMethod.Post, path, new { admission = 1 }, shop.Key)));
        Assert.Equal((401, "admissionInvalid"), Of(await shop.RedeemAsync(token + "x")));
        Assert.Equal((403, "wrongSale"), Of(await shop.RedeemAsync(other.Token(1))));
        var made = await shop.RedeemAsync(token);
        Assert.Equal(404, (await Host.SendAsync(HttpMethod.Get, $"/reservations/{made.Text("id")}", null, other.Key)).Status);
        Assert.Equal(404, (await Host.SendAsync(HttpMethod.Delete, $"/reservations/{made.Text("id")}", null, other.Key)).Status);
    }

    [Fact]
    public async Task Wrong_keys_cost_the_ledger_no_statement_each()
    {
        const int Keys = 400;
        var shop = await OpenShopAsync();
        var token = shop.Token(1);
        Assert.Equal(201, (await shop.RedeemAsync(token)).Status);
        var statements = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "MySqlConnector",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TagObjects.Any(tag => $"{tag.Value}".Contains("api_key_hash", StringComparison.Ordinal)))
                    Interlocked.Increment(ref statements);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var path = $"/sales/{shop.Sale}/reservations";
        Assert.Equal((400, "malformed"), Of(await Host.SendAsync(HttpMethod.Post, path, null, shop.Key)));
        Assert.True(Volatile.Read(ref statements) > 0, "the statements are seen");
        var time = Stopwatch.StartNew();
        await Parallel.ForAsync(0, Keys, new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (n, _) =>
            Assert.Equal("apiKeyInvalid", (await Host.SendAsync(HttpMethod.Post, path, null, $"fsk_wrong{n:d38}")).Code));
        // Ten a second, whatever comes; other classes run beside this one.
        Assert.InRange(statements, 1, Keys / 4 + (int)time.Elapsed.TotalSeconds * 10);
        Assert.Equal(200, (await shop.RedeemAsync(token)).Status);
    }

    [Fact]
    public async Task A_renewed_key_opens_what_the_old_one_did_and_the_old_one_nothing()
    {
        var shop = await OpenShopAsync();
        var cart = $"/reservations/{(await shop.RedeemAsync(shop.Token(1))).Text("id")}";

        var renewed = await Host.AdminAsync(HttpMethod.Post, $"/storefronts/{shop.Id}/key");

        Assert.Equal(200, renewed.Status);
        Assert.Equal((401, "apiKeyInvalid"), Of(await Host.SendAsync(HttpMethod.Get, cart, null, shop.Key)));
        Assert.Equal(200, (await Host.SendAsync(HttpMethod.Get, cart, null, renewed.Text("apiKey"))).Status);
        Assert.Equal(404, (await Host.AdminAsync(HttpMethod.Post, "/storefronts/no-such-shop/key")).Status);
    }

    [Fact]
    public async Task A_storefront_registers_its_own_webhook_and_no_other()
    {
        var (shop, other) = (await OpenShopAsync(), await OpenShopAsync());
        var hook = $"/storefronts/{shop.Id}/webhook";
        var url = new { url = "https://shop.example/hooks" };

        var made = await Host.SendAsync(HttpMethod.Put, hook, url, shop.Key);

        Assert.Equal(201, made.Status);
        Assert.StartsWith("whsec_", made.Text("secret"), StringComparison.Ordinal);
        Assert.Equal(200, (await Host.SendAsync(HttpMethod.Put, hook, url, shop.Key)).Status);
        Assert.Equal((400, "malformed"), Of(await Host.SendAsync(HttpMethod.Put, hook, new { url = "https://127.0.0.1/" }, shop.Key)));
        Assert.Equal((404, "notFound"), Of(await Host.SendAsync(HttpMethod.Put, hook, url, other.Key)));
        Assert.Equal((401, "apiKeyInvalid"), Of(await Host.SendAsync(HttpMethod.Put, hook, url)));
        Assert.Equal((401, "apiKeyInvalid"), Of(await Host.SendAsync(HttpMethod.Put, hook, url, shop.Token(1))));
        Assert.Equal("[]", (await Host.SendAsync(HttpMethod.Get, hook + "/events", null, shop.Key)).Text("events"));
        Assert.Equal(404, (await Host.SendAsync(HttpMethod.Post, hook + "/replay", null, shop.Key)).Status);
        Assert.Equal(204, (await Host.SendAsync(HttpMethod.Delete, hook, null, shop.Key)).Status);
    }

    private static (int, string) Of(CheckoutAnswer answer) => (answer.Status, answer.Code);

    private async Task<Shop> OpenShopAsync(int units = 5)
    {
        var id = Unique.Name("shop");
        var made = await Host.AdminAsync(HttpMethod.Put, $"/storefronts/{id}", new { name = "A shop" });
        return new Shop(Host, id, await Host.SaleAsync(units, new { storefront = id }), made.Text("apiKey"));
    }

    private sealed record Shop(CheckoutHost Host, string Id, string Sale, string Key)
    {
        public string Token(int unit) => Host.Tokens.Sign(Sale, unit, change: claims => claims["aud"] = Id);

        public Task<CheckoutAnswer> RedeemAsync(string token) =>
            Host.SendAsync(HttpMethod.Post, $"/sales/{Sale}/reservations", new { admission = token }, Key);
    }
}
