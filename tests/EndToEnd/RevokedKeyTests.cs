using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

using FlashSale.Admission;
using FlashSale.LoadTest.Clients;
using FlashSale.Tests.Embedding;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace FlashSale.Tests.EndToEnd;

/// <summary>
/// A thief has the private admission key. Nobody waits here for the refresh that each verifier makes every thirty seconds
/// (<c>StorefrontTests</c> moves a clock for that): a token of the new key brings it on.
/// </summary>
public sealed class RevokedKeyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tokens_of_a_revoked_key_open_nothing_and_its_promises_are_kept_under_the_next()
    {
        await using var system = await TestSystem.StartAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(6, claimSeconds: 600));
        await using var shop = await ShopAsync(system, sale);
        var shopAt = new Uri(shop.Urls.Single());
        var honest = new List<(Shopper Shopper, AdmissionAnswer Before)>();
        for (var i = 0; i < 3; i++)
        {
            var shopper = system.Shopper(sale);
            await shopper.JoinsAsync();
            await shopper.IsAdmittedAsync();
            honest.Add((shopper, (await shopper.ClaimAsync(Cancel)).Require()));
        }

        // What the thief makes is as good as any: at the edge, at the checkout behind it, and in a shop of its own.
        using var stolen = ECDsa.Create();
        stolen.ImportFromPem(await File.ReadAllTextAsync(Directory.GetFiles(system.KeysDirectory, "*.pem").Single(), Cancel));
        var like = new JsonWebToken(honest[0].Before.Token);
        var forged = Enumerable.Range(4, 3).Select(unit => Forge(like, stolen, unit)).ToArray();
        using var thief = new ShopBrowser(shopAt);
        Assert.Equal(HttpStatusCode.NoContent, await GateAsync(system, sale, forged[0]));
        Assert.Equal(HttpStatusCode.Created, await ReservesAsync(system.CheckoutUrl, sale, forged[1]));
        await thief.GoAsync($"/buy?admission={forged[2]}");
        Assert.Equal("thief-6", await (await thief.GoAsync("/buy")).TextAsync());

        using var revoke = new HttpRequestMessage(HttpMethod.Post, $"/admin/keys/{like.Kid}/revoke");
        revoke.Headers.Authorization = new AuthenticationHeaderValue("Bearer", system.Secrets.AdminKey);
        Assert.Equal(HttpStatusCode.OK, (await system.Edge.SendAsync(revoke, Cancel)).StatusCode);

        // The same promises under the new key; it tells the edge and the checkout, which may just have asked, and the shop.
        foreach (var (shopper, before) in honest)
        {
            var again = (await shopper.ClaimAsync(Cancel)).Require();
            Assert.Equal((before.AdmissionId, before.Unit, before.RedeemBy), (again.AdmissionId, again.Unit, again.RedeemBy));
            Assert.NotEqual(like.Kid, new JsonWebToken(again.Token).Kid);
        }
        foreach (var (shopper, _) in honest.Take(2))
        {
            ReservationAnswer? cart = null;
            await WaitFor.TrueAsync(async () => (cart = (await shopper.ReserveAsync(Cancel)).Body) is not null, "the new token is good");
            Assert.Equal("held", cart!.State);
        }
        using var browser = new ShopBrowser(shopAt);
        await WaitFor.TrueAsync(async () => (await browser.GoAsync($"/buy?admission={honest[2].Shopper.Token}")).StatusCode == HttpStatusCode.Found
            && (await browser.GoAsync("/buy")).StatusCode == HttpStatusCode.OK, "the new token is good in the shop");

        // What was looked at before, what was redeemed before, and what became a cookie before.
        Assert.Equal(HttpStatusCode.Unauthorized, await GateAsync(system, sale, forged[0]));
        foreach (var token in forged)
            Assert.Equal(HttpStatusCode.Unauthorized, await ReservesAsync(system.CheckoutUrl, sale, token));
        Assert.Equal(HttpStatusCode.Found, (await thief.GoAsync("/buy")).StatusCode);
        using var another = new ShopBrowser(shopAt);
        await another.GoAsync($"/buy?admission={forged[2]}");
        Assert.Equal(HttpStatusCode.Found, (await another.GoAsync("/buy")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await ReservesAsync(system.EdgeUrls[0], sale, forged[0]));
    }

    private static string Forge(JsonWebToken like, ECDsa key, int unit) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }
        .CreateToken(new SecurityTokenDescriptor
        {
            Issuer = like.Issuer,
            Audience = like.Audiences.Single(),
            IssuedAt = like.IssuedAt,
            NotBefore = like.ValidFrom,
            Expires = like.ValidTo,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = $"thief-{unit}",
                ["jti"] = $"{like.Id.Split('-')[0]}-{unit:x}-{unit:x}",
                [AdmissionClaims.Sale] = like.GetPayloadValue<string>(AdmissionClaims.Sale),
                [AdmissionClaims.Unit] = unit,
                [AdmissionClaims.Place] = unit,
                [AdmissionClaims.RedeemBy] = like.GetPayloadValue<long>(AdmissionClaims.RedeemBy),
            },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = like.Kid }, SecurityAlgorithms.EcdsaSha256),
        });

    private static Task<HttpStatusCode> GateAsync(TestSystem system, string sale, string token) =>
        StatusAsync(HttpMethod.Get, $"{system.EdgeUrls[0]}/gate/verify?sale={sale}", token);

    private static Task<HttpStatusCode> ReservesAsync(string url, string sale, string token) =>
        StatusAsync(HttpMethod.Post, $"{url}/sales/{sale}/reservations", token);

    private static async Task<HttpStatusCode> StatusAsync(HttpMethod method, string url, string token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return (await http.SendAsync(request, Cancel)).StatusCode;
    }

    /// <summary>A storefront that uses the package, behind the edge.</summary>
    private static async Task<WebApplication> ShopAsync(TestSystem system, string sale)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddWaitingRoom(options =>
        {
            options.Edge = new Uri(system.EdgeUrls[0]);
            options.Storefront = "demo";
            options.Sale = sale;
        });
        var shop = builder.Build();
        shop.UseWaitingRoom();
        shop.MapGet("/buy", (HttpContext context) => context.GetAdmittedShopper()!.Admission.Shopper).RequireAdmission();
        await shop.StartAsync(Cancel);
        return shop;
    }
}
