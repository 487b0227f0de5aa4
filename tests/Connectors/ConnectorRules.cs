using System.Net;
using System.Text;
using System.Web;

using FlashSale.Conformance;
using FlashSale.Tests.Embedding;
using FlashSale.Tests.Support;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>What holds for a shop made of any connector; ConnectorRules.Keys.cs has what it knows of the line's keys.</summary>
internal static partial class ConnectorRules
{
    /// <summary>Of a shop that <see cref="VouchesAsync">vouches</see>.</summary>
    public const string EnqueueSecret = "a secret that the line knows, too";

    /// <summary>Of its shopper.</summary>
    public const string Address = "anna@mail.example";

    private const string Sale = "xphone";
    private const int Crowd = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>It passes every check of docs/embedding.md.</summary>
    /// <param name="open">Opens a shop before the edge.</param>
    public static async Task ConformsAsync(Func<Uri, Task<ConnectorShop>> open)
    {
        await using var edge = await FakeEdge.StartAsync();
        await using var shop = await open(edge.Url);
        var results = await ConformanceRun.RunAsync(shop.Url, Sale, edge, Crowd, Cancel);
        Assert.True(results.All(result => result.Outcome == CheckOutcome.Pass),
            string.Join('\n', results.Where(result => result.Outcome != CheckOutcome.Pass)));
        Assert.Equal(ConformanceRun.Names, results.Select(result => result.Name));
    }

    /// <summary>
    /// Two processes are one shop: what one has accepted the other does not, and reads the cookie of. One that starts while the
    /// edge is down says so, and takes the token when the edge is back.
    /// </summary>
    /// <param name="open">Opens one more process before the edge, beside those that are there.</param>
    public static async Task IsOneShopAsync(Func<Uri, Task<ConnectorShop>> open)
    {
        await using var edge = await FakeEdge.StartAsync();
        edge.Down = true;
        await using var first = await open(edge.Url);
        await using var second = await open(edge.Url);
        using var shopper = new ShopBrowser(first.Origin);
        var token = edge.Token(TimeProvider.System.GetUtcNow(), unit: 7);

        var early = await shopper.GoAsync($"/buy?admission={token}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
        Assert.True(early.Headers.Contains("Retry-After"));
        edge.Down = false;
        Assert.Equal(first.Url.ToString(), (await JudgedAsync(shopper, token)).Location());
        Assert.Contains("nit 7 ", await (await shopper.GoAsync("/buy")).TextAsync(), StringComparison.Ordinal);

        using var thief = new ShopBrowser(second.Origin);
        Assert.Contains("/line/", (await JudgedAsync(thief, token)).Location(), StringComparison.Ordinal);

        using var elsewhere = new ShopBrowser(second.Origin);
        foreach (Cookie cookie in shopper.Cookies.GetCookies(first.Origin)) elsewhere.Cookies.Add(second.Origin, new Cookie(cookie.Name, cookie.Value));
        Assert.Contains("nit 7 ", await (await elsewhere.GoAsync("/buy")).TextAsync(), StringComparison.Ordinal);
    }

    /// <summary>It says to the line who its shopper is, and what else the line may know of them.</summary>
    /// <param name="open">Opens a shop whose shopper is "anna", with an address, whom it calls by itself.</param>
    public static async Task VouchesAsync(Func<Uri, Task<ConnectorShop>> open)
    {
        await using var edge = await FakeEdge.StartAsync();
        await using var shop = await open(edge.Url);
        using var shopper = new ShopBrowser(shop.Origin);

        var line = new Uri((await shopper.GoAsync("/buy")).Location());

        var token = new JsonWebToken(HttpUtility.ParseQueryString(line.Query)["enqueueToken"]);
        var judged = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(EnqueueSecret)),
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidIssuer = edge.Storefront,
            ValidAudience = "waitingroom",
        });
        Assert.True(judged.IsValid, judged.Exception?.Message);
        Assert.Equal((Sale, "anna"), (token.GetPayloadValue<string>("sale"), token.Subject));
        Assert.Equal((Address, true), (token.GetPayloadValue<string>("email"), token.GetPayloadValue<bool>("soon")));
    }

    // What becomes of a token as soon as the keys are there.
    private static async Task<HttpResponseMessage> JudgedAsync(ShopBrowser browser, string token)
    {
        HttpResponseMessage? answer = null;
        await WaitFor.TrueAsync(
            async () => (answer = await browser.GoAsync($"/buy?admission={token}")).StatusCode != HttpStatusCode.ServiceUnavailable, "the keys are there");
        return answer!;
    }
}
