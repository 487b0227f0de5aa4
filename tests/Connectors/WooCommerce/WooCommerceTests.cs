using System.Diagnostics;
using System.Net;
using System.Text.Json;

using FlashSale.Conformance;
using FlashSale.LoadTest.Chaos;
using FlashSale.Local.Processes;
using FlashSale.Tests.Embedding;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Connectors.WooCommerce;

/// <summary>Shops of connectors/woocommerce: WordPress's core, with a stand-in for WooCommerce.</summary>
public sealed class WooCommerceTests(WordPressPackage package) : IClassFixture<WordPressPackage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<WayIntoTheCart> Ways => [.. Enum.GetValues<WayIntoTheCart>()];

    /// <summary>Where the unit is redeemed in the cart, only what asks for it to be redeemed sooner is open.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("", "a used token at the edge", "410 when redeeming: to the line, and not in")]
    public async Task Its_product_page_conforms(string redeemsOnArrival, params string[] open)
    {
        const int Crowd = 10;
        await using var edge = await FakeEdge.StartAsync();
        await using var shop = await WordPressShop.StartAsync(package, new Uri($"http://127.0.0.1:{FreePort.Next()}"), new()
        {
            ["EDGE"] = edge.Url.ToString().TrimEnd('/'),
            ["STOREFRONT"] = edge.Storefront,
            ["API_KEY"] = FakeEdge.ApiKey,
            ["REDEEM_ON_ARRIVAL"] = redeemsOnArrival,
        });
        var (_, page) = await shop.ProductAsync(edge.Sale);

        var results = await ConformanceRun.RunAsync(new Uri(shop.Origin, page), edge.Sale, edge, Crowd, Cancel);

        Assert.Equal(ConformanceRun.Names, results.Select(result => result.Name));
        var failed = results.Where(result => result.Outcome != CheckOutcome.Pass).ToArray();
        Assert.True(failed.Select(result => result.Name).SequenceEqual(open), string.Join('\n', failed.AsEnumerable()));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Who_is_not_admitted_is_shown_the_line_and_gets_nothing_into_the_cart(WayIntoTheCart way)
    {
        await using var shop = await SellingShop.OpenAsync(package);
        using var browser = shop.NewBrowser();
        var page = new Uri(shop.WordPress.Origin, shop.Page).ToString();
        var line = $"{shop.System.EdgeUrls[0]}/line/{shop.Sale}?returnUrl={Uri.EscapeDataString(page)}";
        Assert.Equal(line, (await browser.GoAsync(shop.Page)).Location());

        var answer = await shop.AddAsync(browser, way);

        var (status, where) = way switch
        {
            WayIntoTheCart.Form => (401, answer.Headers.GetValues("X-FlashSale-Line-Url").Single()),
            WayIntoTheCart.Script => (200, (await browser.GoAsync(await ReadAsync(answer, "product_url"))).Location()),
            WayIntoTheCart.StoreApi => (401, await ReadAsync(answer, "data", "lineUrl")),
            _ => (302, answer.Location()),
        };
        Assert.Equal(status, (int)answer.StatusCode);
        // A link that adds is where the line leads back to, and then adds.
        Assert.Equal(way is WayIntoTheCart.Link ? $"{shop.WordPress.Origin}?add-to-cart={shop.Product}&quantity=1" : page, where.Query("returnUrl"));
        Assert.StartsWith(line.Split('?')[0], where, StringComparison.Ordinal);
        Assert.Empty(await shop.LinesAsync(browser));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Who_is_admitted_has_one_unit_in_the_cart_however_often_it_is_added(WayIntoTheCart way)
    {
        await using var shop = await SellingShop.OpenAsync(package);
        using var browser = await shop.AdmittedAsync();

        var added = await shop.AddAsync(browser, way, quantity: 3);
        var first = Assert.Single(await shop.LinesAsync(browser));
        var again = await shop.AddAsync(browser, way, quantity: 3);
        var second = Assert.Single(await shop.LinesAsync(browser));

        Assert.Equal((added.StatusCode, true), (again.StatusCode, again.IsSuccessStatusCode));
        Assert.DoesNotMatch("error|cannot", await again.TextAsync());
        Assert.Equal(1, second.GetProperty("quantity").GetInt32());
        Assert.Equal(SellingShop.ReservationOf(first), SellingShop.ReservationOf(second));
        Assert.Equal(1, (await shop.System.Operators.AuditAsync(shop.Sale, Cancel)).Held);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Who_is_admitted_is_asked_to_come_back_while_the_line_does_not_answer(WayIntoTheCart way)
    {
        await using var shop = await SellingShop.OpenAsync(package);
        using var browser = await shop.AdmittedAsync();
        shop.Checkout.Set(LinkState.Refusing);

        var answer = await shop.AddAsync(browser, way);

        var (lines, told) = await shop.CartAsync(browser);
        told += await answer.TextAsync();
        Assert.Contains("Please try again", told, StringComparison.Ordinal);
        Assert.DoesNotContain("whose turn it is", told, StringComparison.Ordinal);
        Assert.Empty(lines);
        if (way is not WayIntoTheCart.StoreApi) return; // WooCommerce's pages tell it as a notice.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.Contains("Retry-After"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_paid_order_is_sold_in_the_ledger(bool byApi)
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, _) = await shop.WithUnitAsync();
        using var _1 = browser;
        var order = await shop.OrderAsync(browser, byApi);

        await shop.PayAsync(order);

        var seen = await shop.ReadAsync(order);
        Assert.Equal(("processing", "sold"), (seen.Status, seen.States.Single()));
        Assert.Single(seen.Notes);
        await shop.System.AuditsAsync(shop.Sale, sold: 1);
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task An_order_that_is_not_paid_gives_its_unit_back_and_can_be_paid_no_more(string status)
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, reservation) = await shop.WithUnitAsync();
        using var _ = browser;
        var order = await shop.OrderAsync(browser);
        Assert.True((await shop.ReadAsync(order)).NeedsPayment);

        await shop.SetStatusAsync(order, status);

        Assert.Equal("released", await shop.StateAsync(reservation));
        var seen = await shop.ReadAsync(order);
        Assert.Equal(("given back", false), (seen.States.Single(), seen.NeedsPayment));
        // The cart, which a failed payment leaves as it was, has it no more, and the shopper is told.
        var (lines, told) = await shop.CartAsync(browser);
        Assert.Empty(lines);
        Assert.Contains("time to pay", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_taken_out_of_the_cart_is_given_back_and_can_not_be_put_back()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, reservation) = await shop.WithUnitAsync();
        using var _ = browser;
        var key = (await shop.LinesAsync(browser)).Single().GetProperty("key").GetString();

        await browser.GoAsync($"/?remove_item={key}");

        Assert.Equal("released", await shop.StateAsync(reservation));
        await browser.GoAsync($"/?undo_item={key}");
        var (lines, told) = await shop.CartAsync(browser);
        Assert.Empty(lines);
        Assert.Equal("", told);
        // The visit is over too.
        Assert.Contains("/line/", (await browser.GoAsync(shop.Page)).Location(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_order_has_stays_its_own_when_the_cart_lets_it_go()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, reservation) = await shop.WithUnitAsync();
        using var _ = browser;
        var order = await shop.OrderAsync(browser);

        await browser.GoAsync($"/?remove_item={(await shop.LinesAsync(browser)).Single().GetProperty("key").GetString()}");

        Assert.Equal("held", await shop.StateAsync(reservation));
        await shop.PayAsync(order);
        await shop.System.AuditsAsync(shop.Sale, sold: 1);
    }

    [Fact]
    public async Task A_checkout_that_is_away_while_an_order_is_paid_is_asked_again_until_it_is_sold()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, reservation) = await shop.WithUnitAsync();
        using var _ = browser;
        var order = await shop.OrderAsync(browser);
        shop.Checkout.Set(LinkState.Refusing);

        await shop.PayAsync(order);
        await shop.WordPress.CronAsync();

        var waiting = await shop.ReadAsync(order);
        Assert.Equal(("processing", "", "held"), (waiting.Status, waiting.States.Single(), await shop.StateAsync(reservation)));
        Assert.Contains("asked again", Assert.Single(waiting.Notes), StringComparison.Ordinal);
        shop.Checkout.Set(LinkState.Up);
        await WaitFor.TrueAsync(async () =>
        {
            await shop.WordPress.CronAsync();
            return (await shop.ReadAsync(order)).States.Single() == "sold";
        }, "the unit is sold");
        await shop.System.AuditsAsync(shop.Sale, sold: 1);
    }

    [Fact]
    public async Task While_the_checkout_is_away_nothing_is_taken_for_lost()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, reservation) = await shop.WithUnitAsync();
        using var _ = browser;
        using var other = await shop.AdmittedAsync();
        shop.Checkout.Set(LinkState.Refusing);

        Assert.Equal(reservation, SellingShop.ReservationOf((await shop.LinesAsync(browser)).Single()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await shop.AddAsync(other, WayIntoTheCart.StoreApi)).StatusCode);
        shop.Checkout.Set(LinkState.Up);

        Assert.Equal(HttpStatusCode.Created, (await shop.AddAsync(other, WayIntoTheCart.StoreApi)).StatusCode);
        Assert.Equal(2, (await shop.System.Operators.AuditAsync(shop.Sale, Cancel)).Held);
    }

    [Fact]
    public async Task A_unit_whose_time_to_pay_has_passed_leaves_the_cart_and_its_order_and_the_shopper_is_told()
    {
        await using var shop = await SellingShop.OpenAsync(package, paySeconds: 3);
        var (browser, reservation) = await shop.WithUnitAsync();
        using var _ = browser;
        var order = await shop.OrderAsync(browser);

        var (lines, told) = await shop.CartAsync(browser);
        await WaitFor.TrueAsync(async () => ((lines, told) = await shop.CartAsync(browser)).lines.Length == 0, "the cart is empty");

        Assert.Contains("time to pay", told, StringComparison.Ordinal);
        await WaitFor.TrueAsync(async () =>
        {
            await shop.WordPress.CronAsync();
            return (await shop.ReadAsync(order)).Status == "cancelled";
        }, "the order is cancelled");
        Assert.Equal("released", await shop.StateAsync(reservation));
        var seen = await shop.ReadAsync(order);
        Assert.Equal("given back", seen.States.Single());
        Assert.Contains("not paid", Assert.Single(seen.Notes), StringComparison.Ordinal);
        await shop.System.AuditsAsync(shop.Sale, sold: 0);
    }

    [Fact]
    public async Task An_order_is_not_cancelled_while_the_ledger_still_holds_its_unit_after_its_time()
    {
        await using var shop = await SellingShop.OpenAsync(package, paySeconds: 3, graceSeconds: 300);
        var (browser, reservation) = await shop.WithUnitAsync();
        using var _ = browser;
        var order = await shop.OrderAsync(browser);
        await WaitFor.TrueAsync(async () => !(await shop.ReadAsync(order)).NeedsPayment, "its time has passed");

        await shop.SweepAsync(order);

        var seen = await shop.ReadAsync(order);
        Assert.Equal(("pending", "", "held"), (seen.Status, seen.States.Single(), await shop.StateAsync(reservation)));
        Assert.Empty(seen.Notes);
        await shop.PayAsync(order);
        await shop.System.AuditsAsync(shop.Sale, sold: 1);
    }

    [Fact]
    public async Task An_order_whose_time_passes_as_it_is_placed_is_not_taken_for_free_of_charge()
    {
        await using var shop = await SellingShop.OpenAsync(package, paySeconds: 6);
        var (browser, _) = await shop.WithUnitAsync();
        using var _1 = browser;

        var order = (await shop.WordPress.DoAsync(browser, "order&takes=7")).GetProperty("order_id").GetInt32();

        var seen = await shop.ReadAsync(order);
        Assert.Equal(("pending", false), (seen.Status, seen.NeedsPayment));
    }

    [Fact]
    public async Task A_time_that_has_passed_is_told_once_by_the_store_api()
    {
        await using var shop = await SellingShop.OpenAsync(package, paySeconds: 3);
        var (browser, reservation) = await shop.WithUnitAsync();
        using var _ = browser;
        await WaitFor.TrueAsync(async () => await shop.StateAsync(reservation) == "released", "its time has passed");

        var first = await browser.SendAsync(HttpMethod.Post, "/wp-json/wc/store/v1/checkout");
        var second = await browser.SendAsync(HttpMethod.Post, "/wp-json/wc/store/v1/checkout");

        Assert.Equal(HttpStatusCode.Conflict, first.StatusCode);
        Assert.Contains("time to pay", await first.TextAsync(), StringComparison.Ordinal);
        Assert.Equal("woocommerce_rest_cart_empty", await ReadAsync(second, "code"));
    }

    [Fact]
    public async Task Who_has_paid_is_told_so_and_not_that_the_time_has_passed()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, _) = await shop.WithUnitAsync();
        using var _1 = browser;
        await shop.PayAsync(await shop.OrderAsync(browser));

        var again = await shop.AddAsync(browser, WayIntoTheCart.StoreApi);

        Assert.Equal((HttpStatusCode.Conflict, "flashsale_alreadyBought"), (again.StatusCode, await ReadAsync(again, "code")));
        var (lines, told) = await shop.CartAsync(browser);
        Assert.Empty(lines);
        Assert.Equal("", told);
        Assert.Contains("/line/", (await browser.GoAsync(shop.Page)).Location(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paid_order_does_not_stand_behind_the_unpaid_ones()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, _) = await shop.WithUnitAsync();
        using var _1 = browser;
        var order = await shop.OrderAsync(browser);
        shop.Checkout.Set(LinkState.Refusing);
        await shop.PayAsync(order);
        await shop.WordPress.DoAsync(null, "crowd&of=100");
        shop.Checkout.Set(LinkState.Up);

        await shop.WordPress.DoAsync(null, "sweep");

        Assert.Equal("sold", (await shop.ReadAsync(order)).States.Single());
    }

    [Fact]
    public async Task After_days_without_an_answer_a_paid_order_is_put_on_hold_and_another_only_has_a_note()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, _) = await shop.WithUnitAsync();
        using var _1 = browser;
        var order = await shop.OrderAsync(browser);
        shop.Checkout.Set(LinkState.Refusing);

        await shop.SweepAsync(order, tries: 80);
        var unpaid = await shop.ReadAsync(order);
        await shop.PayAsync(order);
        await shop.SweepAsync(order, tries: 80);

        Assert.Equal("pending", unpaid.Status);
        Assert.Contains("for days", Assert.Single(unpaid.Notes), StringComparison.Ordinal);
        Assert.Equal("on-hold", (await shop.ReadAsync(order)).Status);
    }

    [Fact]
    public async Task An_order_that_is_refunded_before_it_was_sold_gives_its_unit_back()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, reservation) = await shop.WithUnitAsync();
        using var _ = browser;
        var order = await shop.OrderAsync(browser);
        shop.Checkout.Set(LinkState.Refusing);
        await shop.PayAsync(order);
        shop.Checkout.Set(LinkState.Up);

        await shop.SetStatusAsync(order, "refunded");

        Assert.Equal("released", await shop.StateAsync(reservation));
        Assert.Equal("given back", (await shop.ReadAsync(order)).States.Single());
    }

    [Fact]
    public async Task A_cart_waits_once_for_a_checkout_that_does_not_answer()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, _) = await shop.WithUnitAsync();
        using var _1 = browser;
        shop.Checkout.Set(LinkState.Stalled);
        var started = Stopwatch.GetTimestamp();

        Assert.Single(await shop.LinesAsync(browser));
        Assert.Single(await shop.LinesAsync(browser));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5)); // Six seconds each, of old.
    }

    [Fact]
    public async Task What_the_plugin_keeps_goes_with_it_and_is_made_anew_on_a_site_that_has_none()
    {
        await using var shop = await SellingShop.OpenAsync(package);

        var left = await shop.WordPress.DoAsync(null, "uninstall");

        Assert.Empty(left.GetProperty("left").EnumerateArray());
        Assert.Equal(JsonValueKind.False, left.GetProperty("made").ValueKind);
        var (browser, _) = await shop.WithUnitAsync();
        using var _1 = browser;
        await shop.PayAsync(await shop.OrderAsync(browser));
        await shop.System.AuditsAsync(shop.Sale, sold: 1);
    }

    [Fact]
    public async Task The_products_field_is_in_a_group_of_its_own()
    {
        await using var shop = await SellingShop.OpenAsync(package);

        var html = (await shop.WordPress.DoAsync(null, "field")).GetProperty("html").GetString();

        Assert.Matches("^<div class=\"options_group\">.*_flashsale_sale.*</div>$", html);
    }

    [Fact]
    public async Task An_order_whose_unit_is_lost_when_it_is_paid_waits_for_the_merchant()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, reservation) = await shop.WithUnitAsync();
        using var _ = browser;
        var order = await shop.OrderAsync(browser);
        await shop.LoseAsync(reservation);

        await shop.PayAsync(order);

        var seen = await shop.ReadAsync(order);
        Assert.Equal(("on-hold", "lost"), (seen.Status, seen.States.Single()));
        Assert.Contains("Refund", Assert.Single(seen.Notes), StringComparison.Ordinal);
        await shop.System.AuditsAsync(shop.Sale, sold: 0);
    }

    [Fact]
    public async Task Two_orders_of_one_cart_are_one_unit()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, _) = await shop.WithUnitAsync();
        using var _1 = browser;
        var (first, second) = (await shop.OrderAsync(browser), await shop.OrderAsync(browser));

        await shop.PayAsync(first);
        await shop.PayAsync(second);

        Assert.Equal(("processing", "on-hold"), ((await shop.ReadAsync(first)).Status, (await shop.ReadAsync(second)).Status));
        await shop.System.AuditsAsync(shop.Sale, sold: 1);
    }

    [Fact]
    public async Task Of_two_orders_the_one_that_is_not_paid_ends_when_the_other_has_the_unit()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, _) = await shop.WithUnitAsync();
        using var _1 = browser;
        var (first, second) = (await shop.OrderAsync(browser), await shop.OrderAsync(browser));
        await shop.PayAsync(second);

        await shop.SweepAsync(first);

        Assert.Equal(("processing", "sold"), await StateAsync(second));
        Assert.Equal(("cancelled", "given back"), await StateAsync(first));
        var told = Assert.Single((await shop.ReadAsync(first)).Notes);
        Assert.Contains($"order {second} has the unit", told, StringComparison.Ordinal);
        await shop.System.AuditsAsync(shop.Sale, sold: 1);

        async Task<(string Status, string Unit)> StateAsync(int order)
        {
            var seen = await shop.ReadAsync(order);
            return (seen.Status, seen.States.Single());
        }
    }

    [Fact]
    public async Task Of_two_orders_the_first_can_be_cancelled_while_the_second_is_being_paid()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, reservation) = await shop.WithUnitAsync();
        using var _ = browser;
        var (first, second) = (await shop.OrderAsync(browser), await shop.OrderAsync(browser));

        await shop.SetStatusAsync(first, "cancelled");

        Assert.Equal("held", await shop.StateAsync(reservation));
        await shop.PayAsync(second);
        Assert.Equal("sold", (await shop.ReadAsync(second)).States.Single());
        await shop.System.AuditsAsync(shop.Sale, sold: 1);
    }

    [Fact]
    public async Task A_product_of_a_sale_stays_in_no_cart_without_a_unit()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        using var browser = shop.NewBrowser();
        await shop.WordPress.DoAsync(browser, $"force&id={shop.Product}");

        Assert.Empty(await shop.LinesAsync(browser));
        Assert.Equal(0, await shop.OrderAsync(browser));
    }

    [Fact]
    public async Task Nothing_is_complained_of_and_no_secret_is_written_down()
    {
        await using var shop = await SellingShop.OpenAsync(package);
        var (browser, _) = await shop.WithUnitAsync();
        using var _1 = browser;
        await shop.PayAsync(await shop.OrderAsync(browser));

        var complaints = File.Exists(package.Complaints) ? await File.ReadAllLinesAsync(package.Complaints, Cancel) : [];

        // WordPress 6.1 is older than PHP 8.2, and has its own.
        Assert.DoesNotContain(complaints, line => line.Contains("flashsale", StringComparison.OrdinalIgnoreCase)
            || line.Contains("Bearer", StringComparison.Ordinal) || line.Contains("fsk_", StringComparison.Ordinal));
    }

    private static async Task<string> ReadAsync(HttpResponseMessage answer, params string[] path)
    {
        var text = await answer.TextAsync();
        return path.Aggregate(JsonElement.Parse(text), (element, name) => element.GetProperty(name)).GetString()!;
    }
}
