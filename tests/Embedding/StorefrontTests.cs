using System.Net;

using FlashSale.Admission;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace FlashSale.Tests.Embedding;

public sealed class StorefrontTests
{
    [Fact]
    public async Task A_shopper_without_an_admission_goes_to_the_line_and_would_come_back_here()
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();

        var answer = await browser.GoAsync("/buy?colour=red&size=%C3%A9");

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.StartsWith($"{shop.Edge.Url}line/xphone?returnUrl=", answer.Location(), StringComparison.Ordinal);
        Assert.Equal($"{shop.Url}buy?colour=red&size=%C3%A9", answer.Location().Query("returnUrl"));
        Assert.Equal("window shopping", await (await browser.GoAsync("/")).TextAsync());
    }

    [Theory]
    [MemberData(nameof(Gateway.AddressCorpus.All), MemberType = typeof(Gateway.AddressCorpus))]
    public async Task Every_address_is_sent_to_the_line_so_that_it_comes_back(string rest, string normal)
    {
        if (rest.Any(letter => letter is > '~' or ' ')) return; // Not on the wire: a browser encodes it first.
        await using var shop = await Shop.OpenAsync(options => options.Protect.Add("/{**everything}"));
        using var browser = shop.NewBrowser();
        var origin = shop.Url.GetLeftPart(UriPartial.Authority);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(origin + rest.Split('#')[0],
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Accept.ParseAdd("text/html");
        var back = (await browser.SendAsync(request)).Location().Query("returnUrl");
        Assert.True(FlashSale.Gateway.Gate.ReturnUrls.TryAccept(back, "", [origin], out var accepted));
        Assert.Equal(origin + normal.Split('#')[0], accepted.Value);
    }

    [Fact]
    public async Task An_address_that_is_too_long_for_the_line_loses_its_query()
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();
        var answer = await browser.GoAsync($"/buy?a={new string('b', 3_000)}");
        Assert.Equal($"{shop.Url}buy", answer.Location().Query("returnUrl"));
    }

    [Fact]
    public async Task An_admission_becomes_an_own_cookie_and_leaves_the_url()
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();

        var answer = await browser.GoAsync($"/buy?a=1&admission={shop.Token()}&b=%2F2");

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal($"{shop.Url}buy?a=1&b=%2F2", answer.Location());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("anna has unit 7", await (await browser.GoAsync("/buy?a=1&b=%2F2")).TextAsync());
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Post, "/buy")).StatusCode);
    }

    [Fact]
    public async Task Who_came_in_by_a_key_that_is_revoked_goes_out_within_one_refresh()
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();
        await browser.GoAsync($"/buy?admission={shop.Token()}");
        Assert.Equal("anna has unit 7", await (await browser.GoAsync("/buy")).TextAsync());

        shop.Edge.RotateKeys();
        shop.Edge.RevokeKey("k1");
        var fetches = shop.Edge.KeyFetches;
        shop.Clock.Advance(AdmissionKeys.Refresh);
        await WaitFor.TrueAsync(() => Task.FromResult(shop.Edge.KeyFetches > fetches), "the keys are fetched again");
        await WaitFor.TrueAsync(async () => (await browser.GoAsync("/buy")).StatusCode == HttpStatusCode.Found, "the cookie counts no more");
        // The line gives the same unit under the new key, and the shopper is in again.
        await browser.GoAsync($"/buy?admission={shop.Token()}");
        Assert.Equal("anna has unit 7", await (await browser.GoAsync("/buy")).TextAsync());
    }

    [Theory]
    [InlineData("forged")]
    [InlineData("known kid, other key")]
    [InlineData("alg none")]
    [InlineData("HS256 with the public key")]
    [InlineData("other issuer")]
    [InlineData("other storefront")]
    [InlineData("other sale")]
    [InlineData("expired")]
    [InlineData("not yet valid")]
    [InlineData("tampered")]
    [InlineData("no sale")]
    [InlineData("not a token")]
    [InlineData("empty")]
    public async Task A_token_that_is_not_this_sales_admission_goes_back_to_the_line(string kind)
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();
        var token = Bad(shop, kind);

        var answer = await browser.GoAsync($"/buy?a=1&admission={token}");

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.StartsWith($"{shop.Edge.Url}line/xphone?", answer.Location(), StringComparison.Ordinal);
        Assert.Equal($"{shop.Url}buy?a=1", answer.Location().Query("returnUrl"));
        Assert.Equal(HttpStatusCode.Found, (await browser.GoAsync("/buy")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.FetchAsync($"/buy?admission={token}")).StatusCode);
    }

    [Fact]
    public async Task A_token_taken_from_the_url_after_use_is_worthless()
    {
        await using var shop = await Shop.OpenAsync();
        using var shopper = shop.NewBrowser();
        using var thief = shop.NewBrowser();
        var token = shop.Token();
        await shopper.GoAsync($"/buy?admission={token}");

        var byUrl = await thief.GoAsync($"/buy?admission={token}");
        thief.Cookies.Add(shop.Url, new Cookie("fs-admitted-xphone", token));
        var byCookie = await thief.GoAsync("/buy");
        var byHeader = await thief.SendAsync(HttpMethod.Get, "/buy", ("Authorization", $"Bearer {token}"));

        Assert.StartsWith($"{shop.Edge.Url}line/", byUrl.Location(), StringComparison.Ordinal);
        Assert.StartsWith($"{shop.Edge.Url}line/", byCookie.Location(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, byHeader.StatusCode);
        Assert.Equal($"{shop.Url}buy", (await shopper.GoAsync($"/buy?admission={token}")).Location());
    }

    [Fact]
    public async Task A_token_arriving_twice_at_the_same_moment_opens_one_browser()
    {
        await using var shop = await Shop.OpenAsync();
        var token = shop.Token();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var browser = shop.NewBrowser();
            return (await browser.GoAsync($"/buy?admission={token}")).Location();
        }));

        Assert.Single(answers, location => location == $"{shop.Url}buy");
    }

    [Fact]
    public async Task Instances_share_what_was_spent_when_they_are_given_a_store()
    {
        var spent = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        void Share(WaitingRoomOptions options) =>
            options.SpendOnce = (key, _, _) => ValueTask.FromResult(spent.TryAdd(key, true));
        await using var first = await Shop.OpenAsync(Share);
        await using var second = await Shop.OpenAsync(options =>
        {
            Share(options);
            options.Edge = first.Edge.Url;
        });
        using var shopper = first.NewBrowser();
        using var thief = second.NewBrowser();
        var token = first.Token();

        Assert.Equal($"{first.Url}buy", (await shopper.GoAsync($"/buy?admission={token}")).Location());
        Assert.Contains("/line/xphone", (await thief.GoAsync($"/buy?admission={token}")).Location(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_and_a_storefront_that_disagree_do_not_send_the_browser_round_for_ever()
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();
        for (var bounce = 0; bounce < 3; bounce++)
            Assert.Equal(HttpStatusCode.Found, (await browser.GoAsync("/buy?admission=wrong")).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GoAsync("/buy?admission=wrong")).StatusCode);
        Assert.Equal($"{shop.Url}buy", (await browser.GoAsync($"/buy?admission={shop.Token()}")).Location());
    }

    [Theory]
    [InlineData(-4, true)]
    [InlineData(-6, false)]
    public async Task A_clock_may_be_five_seconds_behind(int seconds, bool accepted)
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();

        var answer = await browser.GoAsync($"/buy?admission={shop.Edge.Token(shop.Now.AddSeconds(-seconds))}");

        Assert.Equal(accepted, answer.Location() == $"{shop.Url}buy");
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(6, false)]
    public async Task A_clock_may_be_five_seconds_ahead(int seconds, bool verified)
    {
        await using var shop = await Shop.OpenAsync();
        var token = shop.Token(token => token.Expires = shop.Now.AddSeconds(-seconds).UtcDateTime);

        var result = await shop.Services.GetRequiredService<AdmissionVerifier>()
            .VerifyAsync(token, TestContext.Current.CancellationToken);

        Assert.Equal(verified, result.Admission is not null || result.Rejection != AdmissionRejection.Expired);
    }

    [Fact]
    public async Task The_cookie_slides_while_the_shopper_is_active_ends_when_idle_and_never_outlives_the_admission()
    {
        await using var shop = await Shop.OpenAsync(options => options.IdleTimeout = TimeSpan.FromSeconds(100));
        using var browser = shop.NewBrowser();
        await browser.GoAsync($"/buy?admission={shop.Token()}");

        Assert.False((await browser.GoAsync("/buy")).Headers.Contains("Set-Cookie"));
        for (var step = 0; step < 5; step++)
        {
            shop.Clock.Advance(TimeSpan.FromSeconds(80));
            var active = await browser.GoAsync("/buy");
            Assert.Equal(HttpStatusCode.OK, active.StatusCode);
            Assert.Equal(step < 4 || active.Headers.Contains("Set-Cookie"), active.Headers.Contains("Set-Cookie"));
        }

        shop.Clock.Advance(TimeSpan.FromSeconds(30)); // 430 s: the admission was for 425
        Assert.Equal(HttpStatusCode.Found, (await browser.GoAsync("/buy")).StatusCode);

        using var idle = shop.NewBrowser();
        await idle.GoAsync($"/buy?admission={shop.Token()}");
        shop.Clock.Advance(TimeSpan.FromSeconds(101));
        Assert.Equal(HttpStatusCode.Found, (await idle.GoAsync("/buy")).StatusCode);
    }

    [Fact]
    public async Task A_cookie_of_one_sale_does_not_open_another()
    {
        await using var shop = await Shop.OpenAsync();
        using var browser = shop.NewBrowser();
        await browser.GoAsync($"/sales/xphone/buy?admission={shop.Token()}");
        Assert.Equal(HttpStatusCode.OK, (await browser.GoAsync("/sales/xphone/buy")).StatusCode);

        var renamed = browser.Cookies.GetCookies(shop.Url)["fs-admitted-xphone"]!.Value;
        browser.Cookies.Add(shop.Url, new Cookie("fs-admitted-other", renamed));

        Assert.Contains("/line/other?", (await browser.GoAsync("/sales/other/buy")).Location(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GoAsync("/sales/NO..SALE/buy")).StatusCode);
    }

    [Fact]
    public async Task Two_hundred_shoppers_at_once_each_keep_their_own_unit()
    {
        await using var shop = await Shop.OpenAsync();

        await Task.WhenAll(Enumerable.Range(1, 200).Select(async unit =>
        {
            using var browser = shop.NewBrowser();
            var admitted = unit % 2 == 0;
            var token = shop.Edge.Token(shop.Now, shopper: $"shopper-{unit}", unit: unit);
            if (admitted) await browser.GoAsync($"/buy?admission={token}");
            for (var visit = 0; visit < 5; visit++)
            {
                var answer = await browser.GoAsync("/buy");
                if (admitted) Assert.Equal($"shopper-{unit} has unit {unit}", await answer.TextAsync());
                else Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            }
        }));
    }

    private static string Bad(Shop shop, string kind) => kind switch
    {
        "forged" => shop.Edge.Forged(shop.Now, "k9"),
        "known kid, other key" => shop.Edge.Forged(shop.Now, "k1"),
        "alg none" => shop.Edge.Unsigned(shop.Now),
        "HS256 with the public key" => shop.Edge.Confused(shop.Now),
        "other issuer" => shop.Token(token => token.Issuer = "elsewhere"),
        "other storefront" => shop.Token(token => token.Audience = "other"),
        "other sale" => shop.Token(token => token.Claims[AdmissionClaims.Sale] = "other"),
        "expired" => shop.Edge.Token(shop.Now.AddHours(-1)),
        "not yet valid" => shop.Edge.Token(shop.Now.AddHours(1)),
        "tampered" => Tampered(shop.Token()),
        "no sale" => shop.Token(token => token.Claims.Remove(AdmissionClaims.Sale)),
        "not a token" => "%2e%2e%00",
        _ => "",
    };

    private static string Tampered(string token)
    {
        var parts = token.Split('.');
        var claims = Base64UrlEncoder.Decode(parts[1]).Replace("\"unit\":7", "\"unit\":8", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}";
    }
}
