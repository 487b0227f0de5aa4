using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;

using FlashSale.Admission;
using FlashSale.Gateway.Keys;
using FlashSale.LoadTest.Clients;
using FlashSale.Tests.Support;
using FlashSale.WaitingRoom.Keys;

using Microsoft.IdentityModel.JsonWebTokens;

using Xunit;

namespace FlashSale.Tests.Embedding;

public sealed class KeyRotationTests
{
    private const int Shops = 4;
    private static readonly TimeSpan s_atMost = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_rotated_twice_in_the_middle_of_a_sale_refuse_nobody()
    {
        await using var system = await TestSystem.StartAsync(waitingRooms: 2, settings: new Dictionary<string, string>
        {
            ["Admission:PublishedBeforeSigning"] = "00:00:03",
            ["Admission:Rescan"] = "00:00:00.1",
        });
        var sale = await system.SaleAsync(TestSystem.SaleOf(2000));
        var carts = new ConcurrentQueue<(string Kid, Shopper Shopper)>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        enough.CancelAfter(s_atMost);

        var shopping = Enumerable.Range(0, Shops).Select(async _ =>
        {
            while (!enough.IsCancellationRequested && KidsOf(carts) < 3) carts.Enqueue(await BuysAsync(system.Shopper(sale)));
        }).ToArray();
        for (var rotation = 1; rotation <= 2; rotation++)
        {
            await WaitFor.TrueAsync(() => Task.FromResult(KidsOf(carts) >= rotation), $"key {rotation} signs");
            await RotateAsync(system);
        }

        // Each claim and each reservation of the shoppers demands its 2xx.
        await Task.WhenAll(shopping);
        Assert.Equal(3, KidsOf(carts));
        foreach (var (kid, shopper) in carts.DistinctBy(cart => cart.Kid))
            Assert.True((await shopper.ReadAsync(Cancel)).Status == 200, $"the token of the key {kid}, retired or not");
        var (published, caching) = await JwksAsync(system);
        Assert.Superset(carts.Select(cart => cart.Kid).ToHashSet(), published);
        Assert.True(caching is { Public: true, MaxAge: { } age } && age > TimeSpan.Zero, caching?.ToString());
    }

    [Fact]
    public async Task A_new_key_signs_only_when_every_cache_and_every_verifier_must_have_it()
    {
        var (_, caching) = await JwksAsync(await TestSystem.SharedAsync());
        var rules = new AdmissionKeyOptions();

        Assert.True(rules.Rescan + Jwks.MaxAge + caching!.MaxAge!.Value + AdmissionKeys.Refresh < rules.PublishedBeforeSigning);
    }

    private static async Task<(string Kid, Shopper Shopper)> BuysAsync(Shopper shopper)
    {
        await shopper.JoinsAsync();
        await shopper.HasAUnitInTheCartAsync();
        return (new JsonWebToken(shopper.Token).Kid, shopper);
    }

    private static async Task RotateAsync(TestSystem system)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/keys/rotate");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", system.Secrets.AdminKey);
        using var answer = await system.Edge.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
    }

    private static async Task<(HashSet<string> Kids, CacheControlHeaderValue? Caching)> JwksAsync(TestSystem system)
    {
        using var answer = await system.Edge.GetAsync("/.well-known/jwks.json", Cancel);
        var keys = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("keys");
        return ([.. keys.EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)], answer.Headers.CacheControl);
    }

    private static int KidsOf(ConcurrentQueue<(string Kid, Shopper Shopper)> carts) =>
        carts.Select(cart => cart.Kid).Distinct().Count();
}
