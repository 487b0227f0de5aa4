using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using FlashSale.Contract;

using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace FlashSale.Tests.Gateway;

public sealed class GateTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private SigningWaitingRoom Room => edge.WaitingRoom;

    [Fact]
    public async Task An_admitted_shopper_is_forwarded_with_the_gates_word_and_nobody_elses()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        using var request = Reserve(sale, Room.Sign(new(sale.Id.Value, "alice", "ad-1")));
        foreach (var name in new[]
        {
            "X-FlashSale-Shopper", "x_flashsale_shopper", "X.FlashSale.Shopper", "X~FlashSale~Shopper", "X-FlashSale_Admission", "X|FlashSale!Sale",
            "X-FlashSale-Role", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "X-Real-IP", "X.Forwarded.Host",
        })
            request.Headers.Add(name, "mallory");
        request.Headers.Add("X-Forwarded-For", "6.6.6.6");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.Add("tracestate", "vendor=mallory");
        request.Headers.Add("baggage", "who=mallory");
        var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var echo = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("alice", EchoCheckout.Header(echo, "X-FlashSale-Shopper"));
        Assert.Equal("ad-1", EchoCheckout.Header(echo, "X-FlashSale-Admission"));
        Assert.Equal(sale.Id.Value, EchoCheckout.Header(echo, "X-FlashSale-Sale"));
        Assert.Equal("127.0.0.1", EchoCheckout.Header(echo, "X-Forwarded-For"));
        Assert.DoesNotContain("mallory", echo.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("b7ad6b7169203331", echo.ToString(), StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("default-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task The_cookie_admits_and_the_header_wins_over_it()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        var good = Room.Sign(new(sale.Id.Value));
        using var byCookie = Reserve(sale, null);
        byCookie.Headers.Add("Cookie", $"a=b; fs-admission-{sale.Id}={good}");
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(byCookie)).StatusCode);

        using var both = Reserve(sale, "nonsense");
        both.Headers.Add("Cookie", $"fs-admission-{sale.Id}={good}");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(both)).StatusCode);
    }

    public static TheoryData<string> BadTokens() =>
    [
        "none", "garbage", "expired", "algNone", "hs256WithPublicKey", "unknownKid", "foreignKey", "wrongAudience",
        "wrongIssuer", "tampered", "critical", "twoHeaders", "empty", "huge",
    ];

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Without_a_valid_admission_a_call_is_told_where_the_line_is(string kind)
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        using var request = Reserve(sale, Token(kind, sale.Id.Value));
        if (kind == "twoHeaders") request.Headers.TryAddWithoutValidation("Authorization", "Bearer b");
        var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("admissionRequired", problem.GetProperty("code").GetString());
        Assert.StartsWith($"/line/{sale.Id}?returnUrl=", problem.GetProperty("lineUrl").GetString(), StringComparison.Ordinal);
        Assert.Contains("no-store", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_replayed_for_another_sale_is_refused()
    {
        var (one, other) = (await edge.SaleAsync(), await edge.SaleAsync());
        using var client = edge.Client();
        using var request = Reserve(other, Room.Sign(new(one.Id.Value)));
        var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("wrongSale", await EdgeFixture.CodeAsync(response));
    }

    [Fact]
    public async Task A_browser_without_admission_is_sent_to_the_line_and_back_to_its_page()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/shop/{sale.Id}/cart?colour=red&admission=bad");
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml");
        var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        var back = Uri.EscapeDataString($"/shop/{sale.Id}/cart?colour=red");
        Assert.Equal($"/line/{sale.Id}?returnUrl={back}", response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_token_in_the_url_moves_into_the_cookie()
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        var token = Room.Sign(new(sale.Id.Value));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/shop/{sale.Id}/cart?a=1&admission={token}");
        request.Headers.Accept.ParseAdd("text/html");
        var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal($"/shop/{sale.Id}/cart?a=1", response.Headers.Location!.OriginalString);
        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith($"fs-admission-{sale.Id}={token};", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/shop/{sale.Id}/cart?a=1")).StatusCode);
    }

    [Theory]
    [InlineData("preflight", HttpStatusCode.OK)]
    [InlineData("options", HttpStatusCode.Unauthorized)]
    [InlineData("storefrontKey", HttpStatusCode.OK)]
    [InlineData("storefrontKeyReserving", HttpStatusCode.OK)]
    [InlineData("storefrontKeyInTheShop", HttpStatusCode.Unauthorized)]
    [InlineData("confirm", HttpStatusCode.OK)]
    [InlineData("webhook", HttpStatusCode.OK)]
    [InlineData("asset", HttpStatusCode.OK)]
    [InlineData("home", HttpStatusCode.OK)]
    [InlineData("badReservation", HttpStatusCode.NotFound)]
    [InlineData("unknownSale", HttpStatusCode.NotFound)]
    [InlineData("malformedSale", HttpStatusCode.BadRequest)]
    [InlineData("internal", HttpStatusCode.NotFound)]
    [InlineData("admin", HttpStatusCode.NotFound)]
    public async Task Only_what_needs_no_admission_passes_without(string kind, HttpStatusCode expected)
    {
        var sale = await edge.SaleAsync();
        var reservation = $"/reservations/{sale.Id}_{new string('0', 32)}";
        using var client = edge.Client();
        using var request = kind switch
        {
            "preflight" or "options" => new HttpRequestMessage(HttpMethod.Options, $"/sales/{sale.Id}/reservations"),
            "storefrontKey" => new HttpRequestMessage(HttpMethod.Delete, reservation),
            "storefrontKeyReserving" => new HttpRequestMessage(HttpMethod.Post, $"/sales/{sale.Id}/reservations"),
            "storefrontKeyInTheShop" => new HttpRequestMessage(HttpMethod.Get, $"/shop/{sale.Id}/cart"),
            "confirm" => new HttpRequestMessage(HttpMethod.Post, reservation + "/confirm"),
            "webhook" => new HttpRequestMessage(HttpMethod.Post, "/payments/webhooks")
            {
                Content = new StringContent(new string('x', 20_000)),
            },
            "asset" => new HttpRequestMessage(HttpMethod.Get, "/assets/shop.css"),
            "home" => new HttpRequestMessage(HttpMethod.Get, "/"),
            "badReservation" => new HttpRequestMessage(HttpMethod.Get, "/reservations/nonsense"),
            "unknownSale" => new HttpRequestMessage(HttpMethod.Post, "/sales/no-such-sale/reservations"),
            "malformedSale" => new HttpRequestMessage(HttpMethod.Post, "/sales/No_Such/reservations"),
            "internal" => new HttpRequestMessage(HttpMethod.Get, "/internal/catalog"),
            _ => new HttpRequestMessage(HttpMethod.Get, "/admin/sales"),
        };
        if (kind is "preflight") request.Headers.Add("Access-Control-Request-Method", "POST");
        if (kind is "preflight" or "options") request.Headers.Add("Origin", "https://unregistered.example");
        if (kind.StartsWith("storefrontKey", StringComparison.Ordinal)) request.Headers.Authorization = new("Bearer", EchoCheckout.StorefrontKey);
        Assert.Equal(expected, (await client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Other_proxies_ask_whether_a_request_may_pass()
    {
        var (sale, other) = (await edge.SaleAsync(), await edge.SaleAsync());
        using var client = edge.Client();
        using var good = Verify(sale, Room.Sign(new(sale.Id.Value, "bob")));
        var passed = await client.SendAsync(good);
        Assert.Equal(HttpStatusCode.NoContent, passed.StatusCode);
        Assert.Equal("bob", passed.Headers.GetValues("X-FlashSale-Shopper").Single());

        using var none = Verify(sale, null);
        none.Headers.Accept.ParseAdd("text/html");
        var refused = await client.SendAsync(none);
        Assert.Equal("admissionRequired", await EdgeFixture.CodeAsync(refused));
        Assert.StartsWith("/line/", refused.Headers.GetValues("X-FlashSale-Line-Url").Single(), StringComparison.Ordinal);

        using var foreign = Verify(other, Room.Sign(new(sale.Id.Value)));
        var elsewhere = await client.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        Assert.Equal("wrongSale", await EdgeFixture.CodeAsync(elsewhere));
        Assert.StartsWith("/line/", elsewhere.Headers.GetValues("X-FlashSale-Line-Url").Single(), StringComparison.Ordinal);
    }

    // What Traefik's ForwardAuth sends, and Caddy's forward_auth: a GET, with the request's own method, host and target in headers.
    [Theory]
    [InlineData("GET", "text/html", HttpStatusCode.Found)]
    [InlineData("POST", "text/html", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "application/json", HttpStatusCode.Unauthorized)]
    public async Task A_proxy_that_passes_the_answer_on_has_a_person_redirected(string method, string accept, HttpStatusCode expected)
    {
        var sale = await edge.SaleAsync();
        using var client = edge.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/gate/verify?sale={sale.Id}&answer=redirect");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.Add("X-Forwarded-Method", method);
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "shop.example");
        request.Headers.Add("X-Forwarded-Uri", "/buy?a=1&b=%2F2");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        var answer = await client.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
        var line = answer.Headers.GetValues(expected == HttpStatusCode.Found ? "Location" : "X-FlashSale-Line-Url").Single();
        Assert.Equal($"/line/{sale.Id}?returnUrl={Uri.EscapeDataString("/buy?a=1&b=%2F2")}", line);
    }

    // What Envoy's ext_authz sends: the request's own method, its path and query behind path_prefix, its host, no body, and of its
    // headers those that the recipe names.
    [Theory]
    [InlineData("GET", true, HttpStatusCode.OK)]
    [InlineData("POST", true, HttpStatusCode.OK)]
    [InlineData("GET", false, HttpStatusCode.Found)]
    [InlineData("POST", false, HttpStatusCode.Unauthorized)]
    [InlineData("HEAD", false, HttpStatusCode.Found)]
    [InlineData("OPTIONS", false, HttpStatusCode.Unauthorized)]
    public async Task A_proxy_that_asks_by_the_requests_own_method_and_path_is_answered(string method, bool admitted, HttpStatusCode expected)
    {
        var (sale, other) = (await edge.SaleAsync(), await edge.SaleAsync());
        using var client = edge.Client();
        var answer = await AskAsync(sale.Id.Value, sale, "/buy/now?a=1&sale=other&b=%2F2");
        Assert.Equal(expected, answer.StatusCode);
        if (admitted) Assert.Equal("bob", answer.Headers.GetValues("X-FlashSale-Shopper").Single());
        else Assert.EndsWith(
            $"/line/{sale.Id}?returnUrl={Uri.EscapeDataString("/buy/now?a=1&sale=other&b=%2F2")}",
            answer.Headers.GetValues(expected == HttpStatusCode.Found ? "Location" : "X-FlashSale-Line-Url").Single(), StringComparison.Ordinal);
        if (!admitted) return;
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(other.Id.Value, sale, "/buy", "*/*")).StatusCode);
        // No path leads to the sale of which there is an admission.
        foreach (var path in new[] { $"/../{sale.Id}/buy", $"/%2e%2e/{sale.Id}/buy", $"/x/../../{sale.Id}/buy" })
            Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(other.Id.Value, sale, path, "*/*")).StatusCode);

        async Task<HttpResponseMessage> AskAsync(string about, Sale of, string path, string accept = "text/html")
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(
                $"{edge.Url.GetLeftPart(UriPartial.Authority)}/gate/verify/{about}{path}",
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            request.Headers.TryAddWithoutValidation("Accept", accept);
            if (admitted) request.Headers.TryAddWithoutValidation("Cookie", $"fs-admission-{about}={Room.Sign(new(of.Id.Value, "bob"))}");
            return await client.SendAsync(request);
        }
    }

    [Fact]
    public async Task An_upstream_that_is_down_is_unavailable_and_another_one_takes_over()
    {
        var sale = await edge.SaleAsync();
        var (down, downUrl) = await edge.StartEdgeAsync("--Gateway:CheckoutUrl=http://127.0.0.1:1");
        using var downClient = edge.Client(downUrl);
        var response = await downClient.GetAsync("/shop/x");
        Assert.Equal("unavailable", await EdgeFixture.CodeAsync(response));
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("unavailable", await EdgeFixture.CodeAsync(await downClient.GetAsync($"/sales/{sale.Id}")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await downClient.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await downClient.GetAsync("/health/live")).StatusCode);

        var (half, halfUrl) = await edge.StartEdgeAsync($"--Gateway:CheckoutUrl=http://127.0.0.1:1,{edge.Checkout.Url}");
        using var halfClient = edge.Client(halfUrl);
        for (var i = 0; i < 20; i++)
            Assert.Equal(HttpStatusCode.OK, (await halfClient.PostAsync("/shop/x", new StringContent("body"))).StatusCode);
        await down.StopAsync();
        await half.StopAsync();
    }

    [Fact]
    public async Task The_public_keys_are_the_waiting_rooms()
    {
        using var client = edge.Client();
        Assert.Equal(Room.Jwks, await client.GetStringAsync("/.well-known/jwks.json"));
    }

    private string? Token(string kind, string sale)
    {
        var good = Room.Sign(new(sale));
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = Encoding.UTF8.GetBytes(Room.Key.ExportSubjectPublicKeyInfoPem());
        return kind switch
        {
            "none" => null,
            "garbage" => "a.b.c",
            "expired" => Room.Sign(new(sale) { ExpiresInSeconds = -6 }),
            "algNone" => SigningWaitingRoom.WithoutSignature(good),
            "hs256WithPublicKey" => SigningWaitingRoom.Sign(new(sale), new SigningCredentials(
                new SymmetricSecurityKey(publicKey) { KeyId = SigningWaitingRoom.KeyId }, "HS256")),
            "unknownKid" => Room.Sign(new(sale) { KeyId = "other" }),
            "foreignKey" => SigningWaitingRoom.Sign(new(sale), new SigningCredentials(
                new ECDsaSecurityKey(foreign) { KeyId = SigningWaitingRoom.KeyId }, "ES256")),
            "wrongAudience" => Room.Sign(new(sale) { Audience = "other" }),
            "wrongIssuer" => Room.Sign(new(sale) { Issuer = "other" }),
            "tampered" => good[..^8] + "AAAAAAAA",
            "critical" => Room.Sign(new(sale) { Critical = "b64" }),
            "huge" => new string('a', 4000),
            "empty" => "",
            _ => good,
        };
    }

    [Theory]
    [InlineData("/buy?city=M\u00c3\u00bcnchen", "/buy?city=M%C3%BCnchen")]
    [InlineData("/caf\u00e9?x=%7C|", "/caf%E9?x=%7C%7C")]
    public async Task An_address_that_a_proxy_tells_in_a_header_is_taken_byte_for_byte(string told, string taken)
    {
        var sale = await edge.SaleAsync();
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1 })
        {
            BaseAddress = edge.Url,
        };
        var request = Verify(sale, null);
        request.Headers.TryAddWithoutValidation("X-Original-URI", told);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.EndsWith($"?returnUrl={Uri.EscapeDataString(taken)}", answer.Headers.GetValues("X-FlashSale-Line-Url").Single(), StringComparison.Ordinal);
    }

    private static HttpRequestMessage Reserve(Sale sale, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/sales/{sale.Id}/reservations");
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return request;
    }

    private static HttpRequestMessage Verify(Sale sale, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/gate/verify?sale={sale.Id}");
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return request;
    }
}
