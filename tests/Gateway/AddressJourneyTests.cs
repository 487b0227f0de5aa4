using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;

using FlashSale.Gateway.Gate;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>Addresses on their way from the gate to the line and back.</summary>
public sealed class AddressJourneyTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_real_address_of_the_gate_is_taken_by_the_line_and_comes_back()
    {
        var sale = await edge.SaleAsync();
        using var shopper = edge.Client();
        await edge.CallAsync(sale, await EdgeFixture.JoinAsync(shopper, sale), 7);
        using var stranger = edge.Client();
        foreach (var row in AddressCorpus.All())
        {
            var (rest, normal) = row.Data;
            if (rest.Any(letter => letter > '~') || !rest.StartsWith("/buy?", StringComparison.Ordinal)) continue;
            var (target, back) = ($"/shop/{sale.Id}/cart{rest[4..].Split('#')[0]}", $"/shop/{sale.Id}/cart{normal[4..].Split('#')[0]}");
            if (target.Contains(' ', StringComparison.Ordinal)) continue; // It would end a request's target.

            var sent = await AskAsync(stranger, target);
            Assert.Equal(HttpStatusCode.Found, sent.StatusCode);
            var line = sent.Headers.Location!.OriginalString;
            Assert.Equal(back, HttpUtility.ParseQueryString(line[line.IndexOf('?', StringComparison.Ordinal)..])["returnUrl"]);
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(stranger, line)).StatusCode);
            Assert.Equal(back, await ContinueUrlAsync(shopper, sale.Id.Value, back));
        }
    }

    [Theory]
    [MemberData(nameof(AddressCorpus.All), MemberType = typeof(AddressCorpus))]
    public async Task A_registered_shops_address_comes_back_with_the_admission(string rest, string normal)
    {
        var sale = await edge.SaleAsync();
        using var shopper = edge.Client();
        await edge.CallAsync(sale, await EdgeFixture.JoinAsync(shopper, sale), 7);
        var line = $"/line/{sale.Id}?returnUrl={Uri.EscapeDataString(EchoCheckout.ReturnOrigin + rest)}";
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(shopper, line)).StatusCode);
        var back = await ContinueUrlAsync(shopper, sale.Id.Value, EchoCheckout.ReturnOrigin + rest);
        var token = back.Split("admission=", 2)[1].Split('#')[0];
        Assert.Equal(new ReturnUrl(EchoCheckout.ReturnOrigin + normal, false).With(token), back);
    }

    [Fact]
    public async Task An_endless_address_leads_to_the_line_and_back_to_the_cart()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        var sent = await AskAsync(client, $"/shop/{sale.Id}/cart?x={new string('|', 6_000)}");
        var line = sent.Headers.Location!.OriginalString;
        Assert.Equal($"/line/{sale.Id}?returnUrl={Uri.EscapeDataString($"/shop/{sale.Id}/cart")}", line);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, line)).StatusCode);
        var tooLong = $"/line/{sale.Id}?returnUrl=/a?{new string('b', 5_000)}";
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, tooLong)).StatusCode);
    }

    [Theory]
    [InlineData("//evil.example/cart")]
    [InlineData("/%2Fevil.example/cart")]
    [InlineData("//evil.example%2f..%2fcart")]
    public async Task A_token_in_the_address_opens_no_redirect_to_another_host(string target)
    {
        var sale = await edge.SaleAsync();
        var (_, url) = await edge.StartEdgeAsync(
            "--ReverseProxy:Routes:mine:ClusterId=checkout", "--ReverseProxy:Routes:mine:Match:Path=/evil.example/{**rest}",
            $"--ReverseProxy:Routes:mine:Metadata:FlashSale.Sale={sale.Id}");
        using var client = edge.Client(url);
        await WaitFor.TrueAsync(async () => (await client.GetAsync("/health/ready", Cancel)).IsSuccessStatusCode, "the edge is ready");
        var token = edge.WaitingRoom.Sign(new(sale.Id.Value));
        foreach (var query in new[] { "", $"?admission={token}" })
        {
            var answer = await AskAsync(client, target + query);
            if (answer.StatusCode == HttpStatusCode.BadRequest) continue;
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            Assert.Matches("^/[a-z]", answer.Headers.Location!.OriginalString);
        }
    }

    [Theory]
    [InlineData("/mine/50%25-off", "/mine/50%25-off")]
    [InlineData("/mine/AC%2FDC", "/mine/AC%2FDC")]
    [InlineData("/mine//x;jsessionid=1", "/mine//x;jsessionid=1")]
    [InlineData("/mine/%7Ejohn/Inc.", "/mine/~john/Inc.")]
    [InlineData("/mine/100%2520", "/mine/100%2520")]
    [InlineData("/mine/a%2fb?c=%252F&d=//", "/mine/a%2fb?c=%252F&d=//")]
    [InlineData("/mine/caf%C3%A9|{}", "/mine/caf%C3%A9%7C%7B%7D")]
    public async Task An_operators_upstream_gets_the_path_as_it_was_sent(string target, string arrives)
    {
        var (_, url) = await edge.StartEdgeAsync(
            "--ReverseProxy:Routes:mine:ClusterId=shop", "--ReverseProxy:Routes:mine:Match:Path=/mine/{**rest}",
            $"--ReverseProxy:Clusters:shop:Destinations:one:Address={edge.Checkout.Url}");
        using var client = edge.Client(url);
        var answer = await AskAsync(client, target);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(arrives, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("target").GetString());
    }

    private static async Task<string> ContinueUrlAsync(HttpClient client, string sale, string returnUrl)
    {
        var answer = await client.PostAsJsonAsync($"/sales/{sale}/admission", new { returnUrl }, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("continueUrl").GetString()!;
    }

    /// <summary>A navigation to exactly this target.</summary>
    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string target)
    {
        var exact = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + target, exact));
        request.Headers.Accept.ParseAdd("text/html");
        var answer = await client.SendAsync(request, Cancel);
        // The line tests cookies once.
        return answer.Headers.Location?.OriginalString is { } again && again.EndsWith("&cookies=1", StringComparison.Ordinal)
            ? await AskAsync(client, again) : answer;
    }
}
