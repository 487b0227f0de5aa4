using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.Admission;
using FlashSale.Contract;
using FlashSale.LoadTest.Clients;
using FlashSale.Tests.Embedding;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>A storefront that calls its shoppers by itself is told whom, by webhook, where it has asked for it.</summary>
public sealed class CalledByShopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whose_token_says_so_is_told_to_the_storefront_once_for_each_reason_and_nobody_else_is()
    {
        await using var system = await TestSystem.StartAsync(settings: new Dictionary<string, string>
        {
            ["Called:Webhooks"] = "true",
            ["Called:Keys"] = "k1:" + Convert.ToBase64String(new byte[32]),
            ["Called:SoonSeconds"] = "180",
            ["Webhooks:AllowLoopback"] = "true",
            ["Webhooks:ScanMs"] = "50",
        });
        await using var receiver = await WebhookReceiver.StartAsync();
        var (storefront, sale, secret) = (Unique.Name("shop"), Unique.Name("sale"), new string('s', 32));
        var key = (await PutAsync(
            system, system.Secrets.AdminKey, $"/admin/storefronts/{storefront}", new { name = "A shop", enqueueSecret = secret }))
            .GetProperty("apiKey").GetString()!;
        var signed = (await PutAsync(system, key, $"/storefronts/{storefront}/webhook", new { url = receiver.Url }))
            .GetProperty("secret").GetString()!;
        await system.Operators.PutSaleAsync(sale, new
        {
            name = "A phone",
            inventory = 2,
            price = new { amount = 99_900, currency = "usd" },
            storefront,
            identity = "storefront",
            startsAt = Wire.Format(TimeProvider.System.GetUtcNow().AddSeconds(10)),
        }, Cancel);
        var signer = new EnqueueTokenSigner(storefront, secret, TimeProvider.System);
        var other = new Shopper(system.Edge, sale) { EnqueueToken = signer.Sign("quiet", sale) };
        await other.JoinsAsync();
        var shopper = new Shopper(system.Edge, sale)
        {
            EnqueueToken = signer.Sign("called", sale, new EnqueueClaims { Soon = true }),
        };
        await shopper.JoinsAsync();

        await WaitFor.TrueAsync(() => Told(receiver).Count == 2, "two events");
        Assert.All(receiver.All, one => Assert.True(one.IsSignedWith(signed)));
        Assert.Equal(["soon", "turn"], Told(receiver).Select(one => one.GetProperty("what").GetString()));
        Assert.All(Told(receiver), one => Assert.Equal(("called", sale), (one.GetProperty("shopper").GetString(), one.GetProperty("sale").GetString())));
        Assert.Equal(2, receiver.All.Select(one => one.Id).Distinct().Count());
        await other.IsAdmittedAsync();
        await shopper.IsAdmittedAsync();
        var place = (await shopper.PollAsync(Cancel)).Require();
        Assert.Equal(place.RedeemBy, Told(receiver)[1].GetProperty("until").GetDateTimeOffset());
        // Whoever joins again has the place, and nothing is asked for anew.
        await shopper.JoinsAsync();
        Assert.Equal(2, Told(receiver).Count);
    }

    private static List<JsonElement> Told(WebhookReceiver receiver) => [.. receiver.All.Where(one => one.Type == "place.soon")
        .Select(one => JsonElement.Parse(one.Body).GetProperty("data"))];

    private static async Task<JsonElement> PutAsync(TestSystem system, string key, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await system.Edge.SendAsync(request, Cancel);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }
}
