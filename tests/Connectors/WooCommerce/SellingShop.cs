using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.LoadTest.Chaos;
using FlashSale.Local.Processes;
using FlashSale.Tests.Embedding;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Connectors.WooCommerce;

/// <summary>A WordPress shop that sells the units of a sale of the tests' own system; its way to the checkout can be cut.</summary>
internal sealed class SellingShop : IAsyncDisposable
{
    private readonly HttpClient _server;

    private SellingShop(TestSystem system, string sale, string apiKey, FaultProxy checkout, WordPressShop wordPress)
    {
        (System, Sale, Checkout, WordPress) = (system, sale, checkout, wordPress);
        _server = new HttpClient { BaseAddress = new Uri(system.EdgeUrls[0]), DefaultRequestHeaders = { Authorization = new("Bearer", apiKey) } };
    }

    public TestSystem System { get; }

    public string Sale { get; }

    /// <summary>What the shop's server calls.</summary>
    public FaultProxy Checkout { get; }

    public WordPressShop WordPress { get; }

    public int Product { get; private set; }

    /// <summary>The product's page.</summary>
    public string Page { get; private set; } = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<SellingShop> OpenAsync(WordPressPackage package, int paySeconds = 600, int graceSeconds = 3)
    {
        var system = await TestSystem.SharedAsync();
        var origin = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var (storefront, sale) = (Unique.Name("shop"), Unique.Name("sale"));
        var apiKey = await RegisterAsync(system, storefront, origin);
        await system.Operators.PutSaleAsync(sale, new
        {
            name = "A phone",
            inventory = 5,
            price = new { amount = 99_900, currency = "usd" },
            paySeconds,
            graceSeconds,
            storefront,
        }, Cancel);
        var checkout = new FaultProxy(new Uri(system.EdgeUrls[0]).Port);
        var wordPress = await WordPressShop.StartAsync(package, origin, new()
        {
            ["EDGE"] = system.EdgeUrls[0],
            ["EDGE_FROM_SERVER"] = $"http://127.0.0.1:{checkout.Port}",
            ["STOREFRONT"] = storefront,
            ["API_KEY"] = apiKey,
        });
        var shop = new SellingShop(system, sale, apiKey, checkout, wordPress);
        (shop.Product, shop.Page) = await wordPress.ProductAsync(sale);
        return shop;
    }

    public ShopBrowser NewBrowser() => new(WordPress.Origin);

    /// <summary>A browser whose shopper the line has admitted, back at the product's page.</summary>
    public async Task<ShopBrowser> AdmittedAsync()
    {
        var shopper = System.Shopper(Sale);
        await shopper.JoinsAsync();
        await shopper.IsAdmittedAsync();
        var token = (await shopper.ClaimAsync(Cancel)).Require().Token;
        var browser = NewBrowser();
        var answer = await browser.GoAsync($"{Page}?admission={token}");
        Assert.Equal(new Uri(WordPress.Origin, Page).ToString(), answer.Location());
        return browser;
    }

    /// <summary>The same, with the unit in the cart; the reservation's id.</summary>
    public async Task<(ShopBrowser Browser, string Reservation)> WithUnitAsync()
    {
        var browser = await AdmittedAsync();
        await AddAsync(browser, WayIntoTheCart.Link);
        return (browser, ReservationOf((await LinesAsync(browser)).Single()));
    }

    public Task<HttpResponseMessage> AddAsync(ShopBrowser browser, WayIntoTheCart way, int quantity = 1)
    {
        var (url, field) = way switch
        {
            WayIntoTheCart.Form => (Page, "add-to-cart"),
            WayIntoTheCart.Script => ("/?wc-ajax=add_to_cart", "product_id"),
            WayIntoTheCart.StoreApi => ("/wp-json/wc/store/v1/cart/add-item", "id"),
            _ => ($"/?add-to-cart={Product}&quantity={quantity}", null),
        };
        return field is null ? browser.GoAsync(url) : browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(WordPress.Origin, url))
        {
            Headers = { { "Accept", way is WayIntoTheCart.Form ? "text/html" : "application/json" } },
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { [field] = $"{Product}", ["quantity"] = $"{quantity}" }),
        });
    }

    /// <summary>The cart's page: what is in it.</summary>
    public async Task<JsonElement[]> LinesAsync(ShopBrowser browser) => (await CartAsync(browser)).Lines;

    /// <summary>The cart's page: what is in it, and what the shopper is told.</summary>
    public async Task<(JsonElement[] Lines, string Told)> CartAsync(ShopBrowser browser)
    {
        var cart = await WordPress.DoAsync(browser, "cart");
        return ([.. cart.GetProperty("lines").EnumerateArray()], string.Join(' ', cart.GetProperty("notices").EnumerateArray()));
    }

    public static string ReservationOf(JsonElement line) => line.GetProperty("_flashsale_reservation").GetString()!;

    /// <summary>The cart becomes an order, which waits for its money.</summary>
    public async Task<int> OrderAsync(ShopBrowser browser, bool byApi = false)
    {
        var made = byApi
            ? JsonElement.Parse(await (await browser.SendAsync(HttpMethod.Post, "/wp-json/wc/store/v1/checkout")).TextAsync())
            : await WordPress.DoAsync(browser, "order");
        return made.GetProperty("order_id").GetInt32();
    }

    /// <summary>The payment provider's server says that the order is paid.</summary>
    public Task PayAsync(int order) => WordPress.DoAsync(null, $"pay&id={order}");

    public Task SetStatusAsync(int order, string status) => WordPress.DoAsync(null, $"status&id={order}&to={status}");

    /// <summary>The plugin looks after all that is due; an order is so now.</summary>
    public async Task SweepAsync(int order, int tries = 0)
    {
        await WordPress.DoAsync(null, $"due&id={order}&tries={tries}");
        await WordPress.DoAsync(null, "sweep");
    }

    public async Task<OrderSeen> ReadAsync(int order) =>
        (await WordPress.DoAsync(null, $"read&id={order}")).Deserialize<OrderSeen>(JsonSerializerOptions.Web)!;

    /// <summary>As the ledger has it.</summary>
    public async Task<string> StateAsync(string reservation) =>
        (await _server.GetFromJsonAsync<JsonElement>($"/reservations/{reservation}", Cancel)).GetProperty("state").GetString()!;

    /// <summary>The unit goes to somebody else, behind the shop's back.</summary>
    public async Task LoseAsync(string reservation) =>
        Assert.Equal(HttpStatusCode.OK, (await _server.DeleteAsync(new Uri($"/reservations/{reservation}", UriKind.Relative), Cancel)).StatusCode);

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await WordPress.DisposeAsync();
        await Checkout.DisposeAsync();
    }

    private static async Task<string> RegisterAsync(TestSystem system, string storefront, Uri origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/admin/storefronts/{storefront}")
        {
            Content = JsonContent.Create(new { name = "A shop", returnOrigins = new[] { origin.GetLeftPart(UriPartial.Authority) } }),
        };
        request.Headers.Authorization = new("Bearer", system.Secrets.AdminKey);
        using var answer = (await system.Edge.SendAsync(request, Cancel)).EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("apiKey").GetString()!;
    }
}
