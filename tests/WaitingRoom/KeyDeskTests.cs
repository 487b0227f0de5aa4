using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Tests.Checkout;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.WaitingRoom;

/// <summary>Who may change signing keys, and the journal of it.</summary>
public sealed class KeyDeskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_an_admin_of_all_storefronts_changes_signing_keys_and_the_journal_tells_of_it()
    {
        var system = await TestSystem.SharedAsync();
        var name = Unique.Name("op");
        var admin = await KeyAsync(name, new { role = "admin" });
        var viewer = await KeyAsync(Unique.Name("op"), new { role = "operator" });
        var shops = await KeyAsync(Unique.Name("op"), new { role = "admin", storefront = "demo" });
        foreach (var path in new[] { "/admin/keys/rotate", "/admin/keys/no-such-key/revoke" })
        {
            Assert.Equal("apiKeyInvalid", (await SendAsync(HttpMethod.Post, path, null, "fso_nobody")).Code);
            Assert.Equal("apiKeyInvalid", (await SendAsync(HttpMethod.Post, path, null, null)).Code);
            Assert.Equal("notAllowed", (await SendAsync(HttpMethod.Post, path, null, viewer)).Code);
            Assert.Equal("notAllowed", (await SendAsync(HttpMethod.Post, path, null, shops)).Code);
        }
        Assert.Empty(await ToldAsync());

        var kid = (await SendAsync(HttpMethod.Post, "/admin/keys/rotate", null, admin)).Text("kid");
        Assert.Equal("notFound", (await SendAsync(HttpMethod.Post, "/admin/keys/no-such-key/revoke", null, admin)).Code);
        Assert.Equal(200, (await SendAsync(HttpMethod.Post, $"/admin/keys/{kid}/revoke", null, admin)).Status);
        var told = await ToldAsync();
        Assert.Equal(["key.revoke", "key.revoke", "key.rotate"], told.Select(entry => entry.GetProperty("action").GetString()!));
        Assert.Equal([kid, "no-such-key", null], told.Select(entry => entry.GetProperty("subject").GetString()));
        Assert.Equal(kid, told[2].GetProperty("after").GetProperty("kid").GetString());
        Assert.False(told[1].GetProperty("after").GetProperty("done").GetBoolean());

        async Task<string> KeyAsync(string of, object body) =>
            (await SendAsync(HttpMethod.Put, $"/admin/operators/{of}", body, system.Secrets.AdminKey)).Text("apiKey");

        async Task<List<JsonElement>> ToldAsync() =>
            [.. (await SendAsync(HttpMethod.Get, $"/admin/journal?actor={name}", null, admin)).Json.GetProperty("entries").EnumerateArray()];

        async Task<CheckoutAnswer> SendAsync(HttpMethod method, string path, object? body, string? key)
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            if (key is not null) request.Headers.Authorization = new("Bearer", key);
            using var answer = await system.Edge.SendAsync(request, Cancel);
            return new CheckoutAnswer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_named_key_that_no_checkout_can_vouch_for_changes_nothing()
    {
        await using var world = await LineWorld.StartAsync(edges: 0);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "fso_anybody");
        var files = Directory.GetFiles(world.KeysDirectory);
        using var answer = await http.PostAsync(new Uri($"{world.Rooms[0].Urls.First()}/admin/keys/rotate"), null, Cancel);
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal(files, Directory.GetFiles(world.KeysDirectory));
    }
}
