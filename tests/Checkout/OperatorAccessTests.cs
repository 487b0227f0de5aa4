using FlashSale.Checkout.Access;
using FlashSale.Checkout.Ledger;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>Operators by name: who may do what, and for how long.</summary>
public sealed class OperatorAccessTests(CheckoutFixture fixture) : IClassFixture<CheckoutFixture>
{
    /// <summary>Every route, and whom it needs. A new one is told here.</summary>
    private static readonly string[] s_needs =
    [
        "GET /admin/journal Viewer Own",
        "GET /admin/journal.csv Viewer Own",
        "GET /admin/live Viewer Own",
        "GET /admin/me Viewer Own",
        "GET /admin/operators Admin Everything",
        "GET /admin/operators/{name} Admin Everything",
        "PUT /admin/operators/{name} Admin Everything",
        "DELETE /admin/operators/{name} Admin Everything",
        "POST /admin/operators/{name}/key Admin Everything",
        "GET /admin/payments Viewer Everything",
        "POST /admin/payments/{attempt}/differences/{kind}/answer Operator Everything",
        "POST /admin/reservations/{id}/refund Operator Reservation",
        "GET /admin/sales Viewer Own",
        "GET /admin/sales/{sale} Viewer Sale",
        "PUT /admin/sales/{sale} Operator Sale",
        "PATCH /admin/sales/{sale} Operator Sale",
        "GET /admin/sales/{sale}/audit Viewer Sale",
        "GET /admin/sales/{sale}/reservations Viewer Sale",
        "GET /admin/sales/{sale}/reservations.csv Viewer Sale",
        "GET /admin/storefronts Viewer Own",
        "GET /admin/storefronts/{id} Viewer Storefront",
        "PUT /admin/storefronts/{id} Admin Storefront",
        "POST /admin/storefronts/{id}/key Admin Storefront",
        "PUT /admin/storefronts/{id}/webhook Admin Storefront",
        "DELETE /admin/storefronts/{id}/webhook Admin Storefront",
        "GET /admin/storefronts/{id}/webhook/events Viewer Storefront",
        "POST /admin/storefronts/{id}/webhook/replay Operator Storefront",
    ];

    private CheckoutHost Host => fixture.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_needs_whom_it_says_and_lets_nobody_else_in()
    {
        Assert.Equal(s_needs.Order(StringComparer.Ordinal), Routes().Select(route =>
            $"{route.Method} {route.Path} {route.Access.Role} {route.Access.Reach}").Order(StringComparer.Ordinal));

        var (mine, others) = (await ShopAsync(), await ShopAsync());
        var sale = await Host.SaleAsync(more: new { storefront = mine });
        var keys = new Dictionary<OperatorRole, string>();
        foreach (var role in Enum.GetValues<OperatorRole>()) keys[role] = await KeyAsync(role);
        var elsewhere = await KeyAsync(OperatorRole.Admin, others);
        foreach (var (method, path, access) in Routes())
        {
            var id = access.Reach is OperatorReach.Reservation ? $"{sale}_{new string('0', 32)}" : mine;
            var url = path.Replace("{sale}", sale, StringComparison.Ordinal).Replace("{id}", id, StringComparison.Ordinal)
                .Replace("{name}", "nobody", StringComparison.Ordinal);
            Assert.Equal((path, "apiKeyInvalid"), (path, await CodeAsync(method, url, null)));
            foreach (var (role, key) in keys)
                Assert.Equal((method, path, role, role < access.Role), (method, path, role, await CodeAsync(method, url, key) == "notAllowed"));
            if (access.Reach is not OperatorReach.Own) Assert.Equal((path, "notAllowed"), (path, await CodeAsync(method, url, elsewhere)));
            else Assert.NotEqual((path, "notAllowed"), (path, await CodeAsync(method, url, elsewhere)));
        }
    }

    [Fact]
    public async Task A_route_that_does_not_say_whom_it_needs_stops_the_service()
    {
        await using var app = CheckoutHost.Build(CheckoutHost.Settings("server=localhost", "http://127.0.0.1:1"));
        app.MapAdmin().MapGet("/forgotten", () => "all is told");
        var error = Assert.Throws<InvalidOperationException>(() => ((IEndpointRouteBuilder)app).DataSources.SelectMany(one => one.Endpoints).Count());
        Assert.Contains("/admin/forgotten", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_shown_once_and_stored_hashed_and_closes_at_once_when_it_is_renewed_revoked_or_expired()
    {
        var name = Unique.Name("op");
        var made = await PutAsync(name, new { role = "operator" });
        Assert.Equal((201, "operator"), (made.Status, made.Text("role")));
        var key = made.Text("apiKey");
        Assert.StartsWith("fso_", key, StringComparison.Ordinal);
        Assert.InRange(made.Json.GetProperty("expiresAt").GetDateTimeOffset() - made.Json.GetProperty("createdAt").GetDateTimeOffset(),
            TimeSpan.FromDays(89), TimeSpan.FromDays(91));
        Assert.Equal(0, await Host.CountAsync($"SELECT COUNT(*) FROM operators WHERE CONCAT(name, HEX(key_hash)) LIKE '%{key}%'"));
        Assert.Equal(name, (await Host.SendAsync(HttpMethod.Get, "/admin/me", null, key)).Text("name"));

        var changed = await PutAsync(name, new { role = "viewer" });
        Assert.Equal((200, "viewer", ""), (changed.Status, changed.Text("role"), changed.Text("apiKey")));
        Assert.DoesNotContain(key, (await Host.AdminAsync(HttpMethod.Get, "/operators")).Body, StringComparison.Ordinal);
        Assert.Equal("viewer", (await Host.AdminAsync(HttpMethod.Get, $"/operators/{name}")).Text("role"));

        var renewed = (await Host.AdminAsync(HttpMethod.Post, $"/operators/{name}/key")).Text("apiKey");
        Assert.Equal("apiKeyInvalid", await CodeAsync("GET", "/admin/me", key));
        Assert.Null(await CodeAsync("GET", "/admin/me", renewed));

        await Host.RunSqlAsync($"UPDATE operators SET expires_at = UTC_TIMESTAMP(3) WHERE name = '{name}'");
        Assert.Equal("apiKeyInvalid", await CodeAsync("GET", "/admin/me", renewed));
        await PutAsync(name, new { expiresAt = TimeProvider.System.GetUtcNow().AddDays(1) });
        Assert.Null(await CodeAsync("GET", "/admin/me", renewed));

        Assert.Equal(204, (await Host.AdminAsync(HttpMethod.Delete, $"/operators/{name}")).Status);
        Assert.Equal("apiKeyInvalid", await CodeAsync("GET", "/admin/me", renewed));
        Assert.Equal(204, (await Host.AdminAsync(HttpMethod.Delete, $"/operators/{name}")).Status);
        Assert.Equal("notFound", (await Host.AdminAsync(HttpMethod.Get, $"/operators/{name}")).Code);
        Assert.Equal("notFound", (await Host.AdminAsync(HttpMethod.Post, $"/operators/{name}/key")).Code);
    }

    [Fact]
    public async Task A_stream_that_goes_on_ends_for_whom_it_is_no_longer()
    {
        var (mine, others) = (await ShopAsync(), await ShopAsync());
        var sale = await Host.SaleAsync(more: new { storefront = mine });
        var name = Unique.Name("op");
        var key = (await PutAsync(name, new { role = "viewer", storefront = mine })).Text("apiKey");

        using (var moved = await WatchAsync($"?sale={sale}", key))
        {
            Assert.Equal(200, (await Host.AdminAsync(HttpMethod.Patch, $"/sales/{sale}", new { storefront = others })).Status);
            await EndsAsync(moved);
        }
        using (var promoted = await WatchAsync("", key))
        {
            await PutAsync(name, new { role = "operator", storefront = (string?)null });
            await EndsAsync(promoted);
        }
        using var revoked = await WatchAsync("", key);
        using var admin = await WatchAsync("", CheckoutHost.AdminKey);
        await Host.AdminAsync(HttpMethod.Delete, $"/operators/{name}");
        await EndsAsync(revoked);
        Assert.NotEqual(0, await admin.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, Cancel));
    }

    private async Task<Stream> WatchAsync(string query, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/admin/live{query}");
        request.Headers.Authorization = new("Bearer", key);
        var answer = await Host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(200, (int)answer.StatusCode);
        var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        Assert.NotEqual(0, await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, Cancel));
        return stream;
    }

    private static Task EndsAsync(Stream stream) => stream.CopyToAsync(Stream.Null, Cancel).WaitAsync(TimeSpan.FromSeconds(120), Cancel);

    [Theory]
    [InlineData("op", "{}")]
    [InlineData("op", """{ "role": "root" }""")]
    [InlineData("op", """{ "role": null }""")]
    [InlineData("op", """{ "role": "viewer", "storefront": "no-such-shop" }""")]
    [InlineData("op", """{ "role": "viewer", "storefront": 5 }""")]
    [InlineData("op", """{ "role": "viewer", "expiresAt": "2020-01-01T00:00:00Z" }""")]
    [InlineData("op", """{ "role": "viewer", "expiresAt": "2199-01-01T00:00:00Z" }""")]
    [InlineData("op", """{ "role": "viewer", "expiresAt": null }""")]
    [InlineData("(admin%20key)", """{ "role": "viewer" }""")]
    [InlineData("%C3%A4nne", """{ "role": "viewer" }""")]
    public async Task A_wrong_operator_is_none(string name, string body)
    {
        name = name.Replace("op", Unique.Name("op"), StringComparison.Ordinal);
        var wrong = await PutAsync(name, System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(body));
        Assert.Equal((400, "malformed"), (wrong.Status, wrong.Code));
        Assert.Contains((await Host.AdminAsync(HttpMethod.Get, $"/operators/{name}")).Code, (string[])["notFound", "malformed"]);
    }

    [Fact]
    public async Task Who_operates_one_storefront_sees_and_changes_only_what_is_its_own()
    {
        var (mine, others) = (await ShopAsync(), await ShopAsync());
        var own = await Host.SaleAsync(more: new { storefront = mine });
        var foreign = await Host.SaleAsync(more: new { storefront = others });
        var key = await KeyAsync(OperatorRole.Operator, mine);
        var settings = new { inventory = 3, price = new { amount = 99_900, currency = "usd" } };

        var listed = (await Host.SendAsync(HttpMethod.Get, "/admin/sales", null, key)).Json.GetProperty("sales").EnumerateArray();
        Assert.Equal([own], listed.Select(sale => sale.GetProperty("id").GetString()!));
        var shops = (await Host.SendAsync(HttpMethod.Get, "/admin/storefronts", null, key)).Json.GetProperty("storefronts").EnumerateArray();
        Assert.Equal([mine], shops.Select(shop => shop.GetProperty("id").GetString()!));
        Assert.Equal("notAllowed", await CodeAsync("GET", $"/admin/live?sale={foreign}", key));

        Assert.Equal(200, (await SendAsync(HttpMethod.Patch, own, new { paused = true })).Status);
        Assert.Equal("notAllowed", (await SendAsync(HttpMethod.Patch, foreign, new { paused = true })).Code);
        Assert.Equal("notAllowed", (await SendAsync(HttpMethod.Patch, own, new { storefront = others })).Code);
        Assert.Equal("notAllowed", (await SendAsync(HttpMethod.Put, Unique.Name(), new { settings.inventory, settings.price, storefront = others })).Code);
        Assert.Equal("notAllowed", (await SendAsync(HttpMethod.Put, Unique.Name(), settings)).Code); // Of demo, unless told.
        Assert.Equal(201, (await SendAsync(HttpMethod.Put, Unique.Name(), new { settings.inventory, settings.price, storefront = mine })).Status);

        var told = (await Host.SendAsync(HttpMethod.Get, "/admin/journal?limit=1000", null, key)).Json.GetProperty("entries").EnumerateArray();
        Assert.All(told, entry => Assert.Equal(mine, entry.GetProperty("storefront").GetString()));

        Task<CheckoutAnswer> SendAsync(HttpMethod method, string sale, object body) => Host.SendAsync(method, $"/admin/sales/{sale}", body, key);
    }

    [Fact]
    public void Whose_keys_keep_turning_out_wrong_is_slowed_by_address_and_nobody_else_is()
    {
        using var tries = new KeyTries(TimeProvider.System);
        var (right, wrong) = (KeyHashes.Of("right"), KeyHashes.Of("wrong"));
        tries.Right(right);
        var count = 0;
        for (; tries.Wait(From("203.0.113.7"), wrong) is null; count++) tries.Wrong(From("203.0.113.7"));
        Assert.True(count >= 10, $"slowed after {count}");
        Assert.Null(tries.Wait(From("203.0.113.7"), right)); // Others may share the address.
        Assert.Null(tries.Wait(From("203.0.113.8"), wrong));

        static HttpContext From(string address)
        {
            var context = new DefaultHttpContext { Connection = { RemoteIpAddress = System.Net.IPAddress.Loopback } };
            context.Request.Headers["X-Forwarded-For"] = address;
            return context;
        }
    }

    [Fact]
    public async Task A_wrong_key_is_told_so_or_to_wait()
    {
        var answers = new List<CheckoutAnswer>();
        for (var n = 0; n < 12; n++)
            answers.Add(await Host.SendAsync(HttpMethod.Get, "/admin/me", null, $"fso_wrong{n:d38}", ("X-Forwarded-For", "203.0.113.9")));
        Assert.Equal("apiKeyInvalid", answers[0].Code);
        Assert.All(answers, answer => Assert.Contains(answer.Code, (string[])["apiKeyInvalid", "slowDown"]));
    }

    private async Task<string> ShopAsync()
    {
        var shop = Unique.Name("shop");
        Assert.Equal(201, (await Host.AdminAsync(HttpMethod.Put, $"/storefronts/{shop}", new { name = "A shop" })).Status);
        return shop;
    }

    private async Task<string> KeyAsync(OperatorRole role, string? storefront = null)
    {
        var made = await PutAsync(Unique.Name("op"), new { role = role.ToString().ToLowerInvariant(), storefront });
        Assert.Equal(201, made.Status);
        return made.Text("apiKey");
    }

    private Task<CheckoutAnswer> PutAsync(string name, object body) => Host.AdminAsync(HttpMethod.Put, $"/operators/{name}", body);

    /// <summary>The problem's code; null for an answer that is none.</summary>
    private async Task<string?> CodeAsync(string method, string path, string? key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        using var answer = await Host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        if (answer.IsSuccessStatusCode) return null;
        return new CheckoutAnswer(0, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Code;
    }

    private IEnumerable<(string Method, string Path, OperatorAccess Access)> Routes() =>
        Host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/admin", StringComparison.Ordinal)
                && route.RoutePattern.RawText is not ("/admin/" or "/admin/assets/{name}")) // The page: static, the same for everyone.
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => (
                method, route.RoutePattern.RawText!.TrimEnd('/'), route.Metadata.GetRequiredMetadata<OperatorAccess>())));
}
