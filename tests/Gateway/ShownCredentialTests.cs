using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>Which of the credentials that a browser shows count.</summary>
public sealed class ShownCredentialTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("stale garbage")]
    [InlineData("of an older line")]
    [InlineData("an older place")]
    [InlineData("empty")]
    public async Task A_stale_ticket_that_comes_first_does_not_hide_the_good_one(string stale)
    {
        var sale = await edge.SaleAsync();
        using var joined = edge.Client();
        await EdgeFixture.JoinAsync(joined, sale);
        var place = await EdgeFixture.JoinAsync(edge.Client(), sale);
        var good = place.GetProperty("ticket").GetString()!;
        Assert.True(ShopperId.TryParse("someone", out var shopper));
        var other = stale switch
        {
            "stale garbage" => "AQ" + good[4..],
            "of an older line" => edge.Tickets.Sign(new Ticket(sale.Id, new Place(SigningWaitingRoom.Epoch - 1, 900), shopper)),
            "an older place" => edge.Tickets.Sign(new Ticket(sale.Id, new Place(SigningWaitingRoom.Epoch, 1), shopper)),
            _ => "",
        };
        foreach (var cookies in new[] { (other, good), (good, other) })
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = edge.Url };
            client.DefaultRequestHeaders.Add("Cookie", $"a=b; fs-ticket-{sale.Id}={cookies.Item1}; fs-ticket-{sale.Id}={cookies.Item2}");
            var seen = await client.GetFromJsonAsync<JsonElement>($"/sales/{sale.Id}/ticket", Cancel);
            Assert.Equal(place.GetProperty("number").GetInt64(), seen.GetProperty("number").GetInt64());
        }
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("expired")]
    [InlineData("ends sooner")]
    [InlineData("of another sale")]
    public async Task A_stale_admission_that_comes_first_does_not_hide_the_good_one(string stale)
    {
        var sale = await edge.SaleAsync();
        var good = edge.WaitingRoom.Sign(new(sale.Id.Value, "alice", "good"));
        var other = stale switch
        {
            "garbage" => "a.b.c",
            "expired" => edge.WaitingRoom.Sign(new(sale.Id.Value) { ExpiresInSeconds = -60 }),
            "ends sooner" => edge.WaitingRoom.Sign(new(sale.Id.Value, "alice", "old") { ExpiresInSeconds = 100 }),
            _ => edge.WaitingRoom.Sign(new("another")),
        };
        var name = $"fs-admission-{sale.Id}";
        foreach (var cookies in new[] { $"{name}={other}; {name}={good}; x=y", $"x=y; {name}={good}; {name}={other}" })
            for (var visit = 0; visit < 2; visit++) // The second is remembered.
            {
                using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = edge.Url };
                client.DefaultRequestHeaders.Add("Cookie", cookies);
                var answer = await client.PostAsync($"/sales/{sale.Id}/reservations", null, Cancel);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                var echo = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
                Assert.Equal("good", EchoCheckout.Header(echo, "X-FlashSale-Admission"));
                // The checkout reads one cookie: it is sent the one that the gate has let through.
                Assert.DoesNotContain(other, EchoCheckout.Header(echo, "Cookie"), StringComparison.Ordinal);
                Assert.Contains("x=y", EchoCheckout.Header(echo, "Cookie"), StringComparison.Ordinal);
            }
    }

    [Fact]
    public async Task Once_a_sale_asks_for_its_storefronts_word_an_anonymous_ticket_counts_no_more()
    {
        var sale = await edge.SaleAsync();
        using var visitor = edge.Client();
        await edge.CallAsync(sale, await EdgeFixture.JoinAsync(visitor, sale), 7);
        edge.Checkout.Change(sale.Id, one => one with { Identity = IdentityRule.Storefront });
        await WaitFor.TrueAsync(async () =>
            (await visitor.GetAsync($"/sales/{sale.Id}/ticket", Cancel)).StatusCode == HttpStatusCode.Unauthorized, "the edge has read it");
        Assert.Equal("ticketInvalid", await EdgeFixture.CodeAsync(await visitor.PostAsync($"/sales/{sale.Id}/admission", null, Cancel)));
        var joining = await visitor.PostAsync($"/sales/{sale.Id}/ticket", null, Cancel);
        Assert.Contains("is required", (await joining.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString(), StringComparison.Ordinal);

        using var known = edge.Client();
        var token = StorefrontTokens.Good(sale, "anna");
        Assert.Equal(HttpStatusCode.Created, (await known.PostAsJsonAsync($"/sales/{sale.Id}/ticket", new { enqueueToken = token }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await known.GetAsync($"/sales/{sale.Id}/ticket", Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("wrongIssuer", "iss:")]
    [InlineData("wrongAudience", "aud:")]
    [InlineData("wrongSale", "sale:")]
    [InlineData("expired", "exp:")]
    [InlineData("tooFarAhead", "exp:")]
    [InlineData("noExpiry", "exp:")]
    [InlineData("noShopper", "sub:")]
    [InlineData("longShopper", "sub:")]
    [InlineData("wrongSecret", "signature")]
    [InlineData("asymmetric", "alg, kid:")]
    [InlineData("critical", "crit:")]
    [InlineData("garbage", "no signed JWT")]
    public async Task A_bad_enqueue_token_is_told_what_is_wrong_with_it(string kind, string named)
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        var answer = await client.PostAsJsonAsync(
            $"/sales/{sale.Id}/ticket", new { enqueueToken = StorefrontTokens.Bad(kind, sale) }, Cancel);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal("enqueueTokenInvalid", problem.GetProperty("code").GetString());
        Assert.Contains(named, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bob ")]
    [InlineData(" bob")]
    [InlineData(" ")]
    [InlineData("v-AAAAAAAAAAAAAAAAAAAAAA")]
    public async Task An_id_that_a_header_would_change_or_that_is_a_visitors_is_no_shoppers(string shopper)
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        var answer = await client.PostAsJsonAsync(
            $"/sales/{sale.Id}/ticket", new { enqueueToken = StorefrontTokens.Good(sale, shopper) }, Cancel);
        Assert.Equal("enqueueTokenInvalid", await EdgeFixture.CodeAsync(answer));
    }
}
