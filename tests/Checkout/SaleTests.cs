using System.Text.Json;

using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Checkout;

public sealed class SaleTests(CheckoutFixture fixture) : IClassFixture<CheckoutFixture>
{
    private CheckoutHost Host => fixture.Host;

    [Theory]
    [InlineData("2030-01-31T12:00:00Z", 200)]
    [InlineData("2030-01-31T12:00:00.5+05:30", 200)]
    [InlineData("2030-01-31T12:00:00", 400)]
    [InlineData("2030-01-31T12:00", 400)]
    [InlineData("2030-01-31", 400)]
    [InlineData("", 400)]
    public async Task A_time_says_its_zone(string time, int status)
    {
        var sale = await Host.SaleAsync();
        Assert.Equal(status, (await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { endsAt = time })).Status);
    }

    [Fact]
    public async Task A_put_again_changes_nothing_not_even_the_revision()
    {
        var sale = Unique.Name();
        var settings = new { inventory = 3, price = new { amount = 100, currency = "eur" } };
        var made = await Host.AdminAsync(HttpMethod.Put, $"/sales/{sale}", settings);
        var revision = await RevisionAsync(sale);
        var again = await Host.AdminAsync(HttpMethod.Put, $"/sales/{sale}", settings);

        Assert.Equal((201, 200), (made.Status, again.Status));
        Assert.Equal(made.Text("startsAt"), again.Text("startsAt"));
        Assert.Equal(revision, await RevisionAsync(sale));
        Assert.Equal((sale, "demo", "fifo", "anonymous"),
            (made.Text("name"), made.Text("storefront"), made.Text("order"), made.Text("identity")));
        Assert.Equal((200, 120, 300, 3, 60, 3), (Int(made, "admitPerSecond"), Int(made, "claimSeconds"),
            Int(made, "paySeconds"), Int(made, "paymentAttempts"), Int(made, "presenceSeconds"), Int(made, "graceSeconds")));
        Assert.DoesNotContain("\"seed\"", made.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patch_changes_what_it_names()
    {
        var sale = await Host.SaleAsync();
        var patched = await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}",
            new { paused = true, message = "Soon.", admitPerSecond = 50, unknownField = 1 });
        Assert.Equal(("True", "Soon.", 50, 10), (patched.Text("paused"), patched.Text("message"),
            Int(patched, "admitPerSecond"), Int(patched, "inventory")));
        var cleared = await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { message = (string?)null });
        Assert.Equal(("True", ""), (cleared.Text("paused"), cleared.Text("message")));
        Assert.Equal("unknownSale", (await Host.AdminAsync(HttpMethod.Patch, "/sales/no-sale", new { })).Code);
    }

    [Fact]
    public async Task Joining_costs_no_work_unless_the_sale_says_so()
    {
        var sale = await Host.SaleAsync();
        var first = await Host.AdminAsync(HttpMethod.Get, $"/sales/{sale}");
        Assert.Equal(JsonValueKind.Null, first.Json.GetProperty("proofOfWork").ValueKind);
        var usual = await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { proofOfWork = new { } });
        Assert.Equal("""{"bits":16,"aboveJoinsPerSecond":100}""", usual.Json.GetProperty("proofOfWork").GetRawText());
        await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { proofOfWork = new { bits = 4, aboveJoinsPerSecond = 0 } });
        var kept = await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { paused = true });
        Assert.Equal("""{"bits":4,"aboveJoinsPerSecond":0}""", kept.Json.GetProperty("proofOfWork").GetRawText());
        var off = await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { proofOfWork = (object?)null });
        Assert.Equal(JsonValueKind.Null, off.Json.GetProperty("proofOfWork").ValueKind);
    }

    [Fact]
    public async Task A_beacon_is_named_before_the_line_opens_and_its_value_told_once_after_the_start()
    {
        var (sale, later) = (Unique.Name(), TimeProvider.System.GetUtcNow().AddHours(1));
        var named = await Host.AdminAsync(HttpMethod.Put, $"/sales/{sale}", new
        {
            inventory = 3,
            price = new { amount = 100, currency = "eur" },
            order = "shuffle",
            queueOpensAt = later,
            startsAt = later,
            beacon = "round 7",
        });
        var again = await PatchAsync(new { beacon = "round 8" });
        Assert.NotEqual(named.Text("seedHash"), again.Text("seedHash"));
        Assert.Contains("is told after the start", (await PatchAsync(new { beaconValue = "2a" })).Body, StringComparison.Ordinal);
        Assert.Contains("only a shuffled sale", (await PatchAsync(new { order = "fifo" })).Body, StringComparison.Ordinal);

        await PatchAsync(new { queueOpensAt = TimeProvider.System.GetUtcNow().AddMinutes(-2), startsAt = TimeProvider.System.GetUtcNow().AddMinutes(-1) });
        foreach (var other in new[] { "round 9", null })
            Assert.Contains("before the line opens", (await PatchAsync(new { beacon = other, order = other is null ? "fifo" : "shuffle" })).Body, StringComparison.Ordinal);
        Assert.Equal(("round 8", "2a"), (await PatchAsync(new { beaconValue = "2a" })) is var told ? (told.Text("beacon"), told.Text("beaconValue")) : default);
        Assert.Equal(200, (await PatchAsync(new { beaconValue = "2a" })).Status);
        foreach (var other in new[] { "2b", null })
            Assert.Contains("stays what it is", (await PatchAsync(new { beaconValue = other })).Body, StringComparison.Ordinal);

        Task<CheckoutAnswer> PatchAsync(object settings) => Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", settings);
    }

    [Theory]
    [InlineData("""{ "beacon": "round 7" }""", "beacon")]
    [InlineData("""{ "beacon": "" }""", "beacon")]
    [InlineData("""{ "beaconValue": "2a" }""", "beaconValue")]
    [InlineData("""{ "inventory": 0 }""", "inventory")]
    [InlineData("""{ "inventory": 1000001 }""", "inventory")]
    [InlineData("""{ "inventory": "10" }""", "inventory")]
    [InlineData("""{ "inventory": 1.5 }""", "inventory")]
    [InlineData("""{ "name": "" }""", "name")]
    [InlineData("""{ "name": 5 }""", "name")]
    [InlineData("""{ "price": 5 }""", "price")]
    [InlineData("""{ "price": { "amount": -1, "currency": "usd" } }""", "price")]
    [InlineData("""{ "price": { "amount": 1, "currency": "USD" } }""", "price")]
    [InlineData("""{ "storefront": "nobody" }""", "storefront")]
    [InlineData("""{ "storefront": "No" }""", "storefront")]
    [InlineData("""{ "startsAt": "tomorrow" }""", "startsAt")]
    [InlineData("""{ "queueOpensAt": "2190-01-01T00:00:00Z" }""", "queueOpensAt")]
    [InlineData("""{ "endsAt": "2001-01-01T00:00:00Z" }""", "endsAt")]
    [InlineData("""{ "order": "random" }""", "order")]
    [InlineData("""{ "proofOfWork": true }""", "proofOfWork")]
    [InlineData("""{ "proofOfWork": { "bits": 21 } }""", "proofOfWork")]
    [InlineData("""{ "proofOfWork": { "bits": 0 } }""", "proofOfWork")]
    [InlineData("""{ "proofOfWork": { "aboveJoinsPerSecond": -1 } }""", "proofOfWork")]
    [InlineData("""{ "identity": null }""", "identity")]
    [InlineData("""{ "admitPerSecond": 0 }""", "admitPerSecond")]
    [InlineData("""{ "claimSeconds": 0 }""", "claimSeconds")]
    [InlineData("""{ "paySeconds": 86401 }""", "paySeconds")]
    [InlineData("""{ "paymentAttempts": 0 }""", "paymentAttempts")]
    [InlineData("""{ "presenceSeconds": true }""", "presenceSeconds")]
    [InlineData("""{ "graceSeconds": 0 }""", "graceSeconds")]
    [InlineData("""{ "paused": "yes" }""", "paused")]
    [InlineData("""{ "message": 7 }""", "message")]
    public async Task A_wrong_setting_is_named_and_changes_nothing(string body, string setting)
    {
        var sale = await Host.SaleAsync();
        var revision = await RevisionAsync(sale);
        var wrong = await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", JsonSerializer.Deserialize<JsonElement>(body));
        Assert.Equal((400, "malformed"), (wrong.Status, wrong.Code));
        Assert.StartsWith(setting + ":", wrong.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(revision, await RevisionAsync(sale));
    }

    [Theory]
    [InlineData(49, "usd", "at least")]
    [InlineData(99_900, "xyz", "'xyz'")]
    [InlineData(12_345, "kwd", "multiple of 10")]
    [InlineData(100_000_000, "jpy", "at the most")]
    public async Task A_price_that_the_provider_cannot_take_is_refused_with_the_reason(long amount, string currency, string why)
    {
        var settings = new { inventory = 1, price = new { amount, currency } };
        var name = Unique.Name();
        var made = await Host.AdminAsync(HttpMethod.Put, $"/sales/{name}", settings);
        Assert.Equal((422, "priceNotPayable"), (made.Status, made.Code));
        Assert.Contains(why, made.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(0, await Host.CountAsync($"SELECT COUNT(*) FROM sales WHERE id = '{name}'"));

        var sale = await Host.SaleAsync();
        var revision = await Host.CountAsync($"SELECT revision FROM sales WHERE id = '{sale}'");
        var changed = await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { settings.price });
        Assert.Equal((422, "priceNotPayable"), (changed.Status, changed.Code));
        Assert.Equal(revision, await Host.CountAsync($"SELECT revision FROM sales WHERE id = '{sale}'"));
    }

    [Fact]
    public async Task Fifteen_million_rupiahs_are_a_price()
    {
        var made = await Host.AdminAsync(HttpMethod.Put, $"/sales/{Unique.Name()}",
            new { inventory = 1, price = new { amount = 1_500_000_000, currency = "idr" } });
        Assert.Equal((201, 1_500_000_000), (made.Status, made.Json.GetProperty("price").GetProperty("amount").GetInt64()));
    }

    [Fact]
    public async Task A_new_sale_needs_an_inventory_and_a_price()
    {
        var wrong = await Host.AdminAsync(HttpMethod.Put, $"/sales/{Unique.Name()}", new { });
        Assert.Equal(["inventory: is required", "price: is required"],
            wrong.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetString()));
        Assert.Equal("malformed", (await Host.AdminAsync(HttpMethod.Put, "/sales/-bad", new { })).Code);
    }

    [Theory]
    [InlineData("queueOpensAt", "2190-01-01T00:00:00.000Z")]
    [InlineData("startsAt", "2020-01-01T00:00:00.000Z")]
    public async Task Of_a_new_sales_two_times_the_one_not_given_fits_the_one_that_is(string setting, string time)
    {
        var made = await Host.AdminAsync(HttpMethod.Put, $"/sales/{Unique.Name()}", new Dictionary<string, object>
        {
            ["inventory"] = 1,
            ["price"] = new { amount = 100, currency = "usd" },
            [setting] = time,
        });
        Assert.Equal((201, time, time), (made.Status, made.Text("queueOpensAt"), made.Text("startsAt")));
    }

    [Fact]
    public async Task A_method_that_a_route_does_not_have_is_not_found()
    {
        Assert.Equal((404, "notFound"), await AnswerAsync(HttpMethod.Delete, "/sales"));
        Assert.Equal((404, "notFound"), await AnswerAsync(HttpMethod.Get, "/nothing"));

        async Task<(int, string?)> AnswerAsync(HttpMethod method, string path)
        {
            var answer = await Host.AdminAsync(method, path);
            return (answer.Status, answer.Code);
        }
    }

    [Fact]
    public async Task Operators_need_the_admin_key()
    {
        Assert.Equal("apiKeyInvalid", (await Host.SendAsync(HttpMethod.Get, "/admin/sales")).Code);
        Assert.Equal("apiKeyInvalid", (await Host.SendAsync(HttpMethod.Get, "/admin/sales", null, "fsa_wrong")).Code);
        Assert.Equal(200, (await Host.AdminAsync(HttpMethod.Get, "/sales")).Status);
    }

    [Fact]
    public async Task Invariant1_A_smaller_inventory_refuses_admissions_of_its_withdrawn_units()
    {
        var sale = await Host.SaleAsync(10);
        await Host.HeldAsync(sale, 10);
        await Host.HeldAsync(sale, 9);
        var outstanding = Host.Tokens.Sign(sale, 8);
        Assert.Equal(200, (await InventoryAsync(sale, 4)).Status);

        // The highest free numbers go: 3 to 8. Live units keep their numbers.
        Assert.Equal("notYourTurn", (await Host.ReserveAsync(sale, outstanding)).Code);
        await Host.HeldAsync(sale, 1);
        await Host.HeldAsync(sale, 2);
        Assert.Equal("notYourTurn", (await Host.ReserveAsync(sale, Host.Tokens.Sign(sale, 3))).Code);
        Assert.Equal((409, "inventoryInUse"), ((await InventoryAsync(sale, 3)).Status, (await InventoryAsync(sale, 3)).Code));

        // They come back, lowest first, before new numbers are made.
        Assert.Equal(200, (await InventoryAsync(sale, 5)).Status);
        await Host.HeldAsync(sale, 3);
        Assert.Equal("notYourTurn", (await Host.ReserveAsync(sale, Host.Tokens.Sign(sale, 4))).Code);
        Assert.Equal(200, (await InventoryAsync(sale, 12)).Status);
        await Host.HeldAsync(sale, 8);
        await Host.HeldAsync(sale, 12);
        Assert.Equal("notYourTurn", (await Host.ReserveAsync(sale, Host.Tokens.Sign(sale, 13))).Code);
        Assert.True(await Audits.IsOkAsync(Host, sale));
    }

    [Fact]
    public async Task Invariant1_Redemptions_racing_a_smaller_inventory_never_exceed_it()
    {
        for (var round = 0; round < 10; round++)
        {
            var sale = await Host.SaleAsync(40);
            var shrink = InventoryAsync(sale, 20);
            var answers = await Task.WhenAll(Enumerable.Range(1, 40).Reverse()
                .Select(unit => Host.ReserveAsync(sale, Host.Tokens.Sign(sale, unit))));
            var held = answers.Count(answer => answer.Status == 201);
            var (changed, inventory) = (await shrink).Status == 200 ? (true, 20) : (false, 40);
            Assert.True(held <= inventory, $"{held} held of {inventory}; changed: {changed}");
            Assert.True(await Audits.IsOkAsync(Host, sale));
        }
    }

    [Fact]
    public async Task A_storefronts_key_is_answered_once_and_confirms_its_own_sales()
    {
        var shop = Unique.Name("shop");
        var settings = new { name = "Shop", returnOrigins = new[] { "https://shop.example" }, enqueueSecret = new string('k', 40) };
        var made = await Host.AdminAsync(HttpMethod.Put, $"/storefronts/{shop}", settings);
        var again = await Host.AdminAsync(HttpMethod.Put, $"/storefronts/{shop}", settings);
        Assert.Equal((201, 200, ""), (made.Status, again.Status, again.Text("apiKey")));
        Assert.DoesNotContain("kkkk", made.Body, StringComparison.Ordinal);
        var key = made.Text("apiKey");

        var sale = await Host.SaleAsync(5, new { storefront = shop });
        var token = Host.Tokens.Sign(sale, 1, change: claims => claims["aud"] = shop);
        var id = (await Host.ReserveAsync(sale, token)).Text("id");
        Assert.Equal("apiKeyInvalid", (await ConfirmAsync(id, "fsk_wrong")).Code);
        Assert.Equal("apiKeyInvalid", (await ConfirmAsync(id, token)).Code);
        var (sold, repeat) = (await ConfirmAsync(id, key), await ConfirmAsync(id, key));
        Assert.Equal((200, "sold"), (sold.Status, sold.Text("state")));
        Assert.Equal(sold.Text("orderNumber"), repeat.Text("orderNumber"));
        Assert.Equal(200, (await Host.SendAsync(HttpMethod.Get, $"/reservations/{id}", null, key)).Status);
        Assert.Equal("alreadyBought", (await Host.SendAsync(HttpMethod.Delete, $"/reservations/{id}", null, token)).Code);

        var (others, _) = await Host.HeldAsync(await Host.SaleAsync(), 1);
        Assert.Equal("notFound", (await ConfirmAsync(others, key)).Code);
        var ended = (await Host.ReserveAsync(sale, token = Host.Tokens.Sign(sale, 2, change: claims => claims["aud"] = shop))).Text("id");
        await Host.SendAsync(HttpMethod.Delete, $"/reservations/{ended}", null, token);
        Assert.Equal((410, "reservationEnded"), ((await ConfirmAsync(ended, key)).Status, (await ConfirmAsync(ended, key)).Code));
    }

    [Theory]
    [InlineData("""{ "enqueueSecret": "short" }""", "enqueueSecret")]
    [InlineData("""{ "jwksUrl": "ftp://x" }""", "jwksUrl")]
    [InlineData("""{ "returnOrigins": ["https://shop.example/path"] }""", "returnOrigins")]
    [InlineData("""{ "returnOrigins": ["https://user@shop.example"] }""", "returnOrigins")]
    [InlineData("""{ "returnOrigins": ["javascript:alert(1)"] }""", "returnOrigins")]
    [InlineData("""{ "name": 1 }""", "name")]
    public async Task A_wrong_storefront_is_refused_and_not_made(string body, string field)
    {
        var shop = Unique.Name("shop");
        var wrong = await Host.AdminAsync(HttpMethod.Put, $"/storefronts/{shop}", JsonSerializer.Deserialize<JsonElement>(body));
        Assert.Equal(400, wrong.Status);
        Assert.StartsWith(field, wrong.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("notFound", (await Host.AdminAsync(HttpMethod.Get, $"/storefronts/{shop}")).Code);
    }

    private Task<CheckoutAnswer> InventoryAsync(string sale, int inventory) =>
        Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { inventory });

    private Task<CheckoutAnswer> ConfirmAsync(string id, string key) =>
        Host.SendAsync(HttpMethod.Post, $"/reservations/{id}/confirm", null, key);

    private Task<long> RevisionAsync(string sale) => Host.CountAsync($"SELECT revision FROM sales WHERE id = '{sale}'");

    private static int Int(CheckoutAnswer answer, string name) => answer.Json.GetProperty(name).GetInt32();
}
