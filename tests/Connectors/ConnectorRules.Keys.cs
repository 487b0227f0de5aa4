using System.Diagnostics;
using System.Net;

using FlashSale.Tests.Embedding;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>What it does with the line's keys, and while it can't have them.</summary>
internal static partial class ConnectorRules
{
    private const int Flood = 60;

    // Well below the regular refresh, which would help too.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(15);

    private static readonly string[] s_withoutKeys =
    [
        "away", "null", "[]", "{}", """{"keys":5}""", """{"keys":["k1"]}""",
        """{"keys":[{"kty":"EC","crv":"P-256","kid":["k1"],"x":"AQAB","y":"AQAB"}]}""",
        """{"keys":[{"kty":"EC","crv":"P-256","kid":"k1"}]}""",
        """{"keys":[{"kty":"EC","crv":"P-256","kid":"k1","x":"!","y":"!"}]}""",
        """{"keys":[{"kty":"RSA","kid":"k1","n":"AQAB","e":"AQAB"}]}""",
    ];

    /// <summary>A token of a key that it has not met is not taken for a bad one while the keys can't be fetched.</summary>
    /// <param name="open">Opens a shop before the edge.</param>
    public static async Task WaitsForKeysAsync(Func<Uri, Task<ConnectorShop>> open)
    {
        await using var edge = await FakeEdge.StartAsync();
        await using var shop = await open(edge.Url);
        using var shopper = new ShopBrowser(shop.Origin);
        await JudgedAsync(shopper, edge.Token(TimeProvider.System.GetUtcNow(), unit: 7));
        edge.RotateKeys();
        edge.Down = true;
        using var next = new ShopBrowser(shop.Origin);
        var token = edge.Token(TimeProvider.System.GetUtcNow(), unit: 8);

        HttpResponseMessage? early = null;
        await WaitFor.TrueAsync(async () =>
        {
            // Until a second after the last fetch the shop may take its keys for those of now.
            early = await next.GoAsync($"/buy?admission={token}");
            return early.StatusCode == HttpStatusCode.ServiceUnavailable;
        }, "it says that it can't know");
        Assert.True(early!.Headers.Contains("Retry-After"));
        edge.Down = false;
        Assert.Equal(shop.Url.ToString(), (await JudgedAsync(next, token)).Location());
    }

    /// <summary>
    /// The own cookie of a key that it has not met is not refused before the keys were fetched for it, and holds by its own seal
    /// while they can't be.
    /// </summary>
    /// <param name="open">Opens a shop before the edge.</param>
    public static async Task AsksForACookiesKeyAsync(Func<Uri, Task<ConnectorShop>> open)
    {
        await using var edge = await FakeEdge.StartAsync();
        await using var shop = await open(edge.Url);
        using var shopper = new ShopBrowser(shop.Origin);
        await JudgedAsync(shopper, edge.Token(TimeProvider.System.GetUtcNow(), unit: 7));
        edge.RotateKeys(); // Another is there while this one is not.

        edge.Withheld = "k1";
        await FetchesAsync(edge, shop);
        edge.Withheld = null;
        await SoonAsync(HttpStatusCode.OK, "it has fetched the cookie's key");

        edge.Withheld = "k1";
        await FetchesAsync(edge, shop);
        edge.Down = true;
        await SoonAsync(HttpStatusCode.OK, "nothing is known against the cookie's key");
        edge.Down = false;
        await SoonAsync(HttpStatusCode.Redirect, "the key is published no more");

        async Task SoonAsync(HttpStatusCode status, string why)
        {
            var started = Stopwatch.GetTimestamp();
            // Until a second after the last fetch the shop may take its keys for those of now.
            await WaitFor.TrueAsync(async () => (await shopper.GoAsync("/buy")).StatusCode == status, why);
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, s_soon);
        }
    }

    /// <summary>Keys that can't be fetched are asked for once a second, however many need them.</summary>
    /// <param name="open">Opens a shop before the edge.</param>
    public static async Task AsksOnceASecondAsync(Func<Uri, Task<ConnectorShop>> open)
    {
        await using var edge = await FakeEdge.StartAsync();
        await using var shop = await open(edge.Url);
        edge.Document = s_withoutKeys[0];
        await FetchesAsync(edge, shop);
        var (before, started) = (edge.KeyFetches, Stopwatch.GetTimestamp());

        var statuses = await Task.WhenAll(Enumerable.Range(0, Flood).Select(kid => UnknownAsync(edge, shop, $"unknown-{kid}")));

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        Assert.InRange(edge.KeyFetches - before, 0, 1 + (int)Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>
    /// An answer without a key that can be used is none: the keys of before stay, and say nothing of another. A key of a kind
    /// that it has no use for is passed over.
    /// </summary>
    /// <param name="open">Opens a shop before the edge.</param>
    public static async Task KeepsGoodKeysAsync(Func<Uri, Task<ConnectorShop>> open)
    {
        await using var edge = await FakeEdge.StartAsync();
        await using var shop = await open(edge.Url);
        using var first = new ShopBrowser(shop.Origin);
        var unit = 1;
        Assert.Equal(shop.Url.ToString(), (await JudgedAsync(first, edge.Token(TimeProvider.System.GetUtcNow(), unit: unit))).Location());
        foreach (var document in s_withoutKeys)
        {
            edge.Document = document;
            await FetchesAsync(edge, shop);
            Assert.True(await UnknownAsync(edge, shop, "unknown") == HttpStatusCode.ServiceUnavailable, document);
            using var next = new ShopBrowser(shop.Origin);
            var answer = await next.GoAsync($"/buy?admission={edge.Token(TimeProvider.System.GetUtcNow(), unit: ++unit)}");
            Assert.True(answer.Headers.Location?.ToString() == shop.Url.ToString(), document);
        }

        edge.RotateKeys();
        edge.Document = edge.Jwks().Replace("[", """[{"kty":"OKP","crv":"Ed25519","kid":"k0","x":"AQAB"},""", StringComparison.Ordinal);
        using var last = new ShopBrowser(shop.Origin);
        Assert.Equal(shop.Url.ToString(), (await JudgedAsync(last, edge.Token(TimeProvider.System.GetUtcNow(), unit: ++unit))).Location());
    }

    // Until the shop has asked for keys once more.
    private static async Task FetchesAsync(FakeEdge edge, ConnectorShop shop)
    {
        var before = edge.KeyFetches;
        await WaitFor.TrueAsync(async () =>
        {
            await UnknownAsync(edge, shop, "unknown");
            return edge.KeyFetches > before;
        }, "the keys are asked for");
    }

    // What a browser is told whose token is of a key that nobody has published.
    private static async Task<HttpStatusCode> UnknownAsync(FakeEdge edge, ConnectorShop shop, string kid)
    {
        using var browser = new ShopBrowser(shop.Origin);
        return (await browser.GoAsync($"/buy?admission={edge.Forged(TimeProvider.System.GetUtcNow(), kid)}")).StatusCode;
    }
}
