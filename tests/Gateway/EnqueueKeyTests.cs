using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

using FlashSale.Contract;
using FlashSale.Tests.Support;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>A storefront's published keys, which are fetched beside the requests.</summary>
public sealed class EnqueueKeyTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_storefront_whose_keys_are_not_known_is_no_final_answer_and_one_that_hangs_keeps_nobody_waiting()
    {
        await using var keys = new PublishedKeys();
        await keys.StartAsync();
        var storefront = EchoCheckout.Demo with { Id = StorefrontId.Parse(Unique.Name("jwks")), JwksUrl = keys.Url };
        edge.Checkout.Add(storefront);
        var sale = await edge.SaleAsync(one => one with { Storefront = storefront.Id });
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = edge.Url };

        keys.Hang();
        await WaitFor.TrueAsync(() => Task.FromResult(keys.Asked > 0), "the keys have been asked for");
        using var unknown = await JoinAsync(client, sale, keys.Token(sale, storefront, "alice", "k1"));
        Assert.Equal("unavailable", await EdgeFixture.CodeAsync(unknown));
        Assert.NotNull(unknown.Headers.RetryAfter);

        keys.Answer();
        await WaitFor.TrueAsync(async () =>
        {
            using var joined = await JoinAsync(client, sale, keys.Token(sale, storefront, "alice", "k1"));
            return joined.StatusCode == HttpStatusCode.Created;
        }, "the keys are known");

        // An unknown key sends for them again, which hangs; who shows a known one is answered while it does.
        keys.Hang();
        var asked = keys.Asked;
        await WaitFor.TrueAsync(async () =>
        {
            using var other = await JoinAsync(client, sale, keys.Token(sale, storefront, "bob", "k2"));
            Assert.True(other.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable, $"{other.StatusCode}");
            return keys.Asked > asked;
        }, "the keys are asked for again");
        using var browser = edge.Client();
        using var known = await JoinAsync(browser, sale, keys.Token(sale, storefront, "carol", "k1"));
        Assert.Equal(HttpStatusCode.Created, known.StatusCode);
    }

    private static Task<HttpResponseMessage> JoinAsync(HttpClient client, Sale sale, string enqueueToken) =>
        client.PostAsJsonAsync($"/sales/{sale.Id}/ticket", new { enqueueToken }, Cancel);

    /// <summary>A storefront's JWKS that answers when the test likes.</summary>
    private sealed class PublishedKeys : IAsyncDisposable
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private WebApplication? _app;
        private int _asked;

        /// <summary>Completed while it answers.</summary>
        private volatile TaskCompletionSource _answers = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Asked => Volatile.Read(ref _asked);

        public string Url => _app!.Urls.First() + "/jwks.json";

        public void Answer() => _answers.TrySetResult();

        public void Hang()
        {
            if (_answers.Task.IsCompleted) _answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        public string Token(Sale sale, Storefront storefront, string shopper, string kid) => StorefrontTokens.Sign(
            sale, shopper, one => one.SigningCredentials = new SigningCredentials(
                new ECDsaSecurityKey(_key) { KeyId = kid }, SecurityAlgorithms.EcdsaSha256), issuer: storefront.Id.Value);

        public async Task StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            _app = builder.Build();
            _app.MapGet("/jwks.json", async (HttpContext context) =>
            {
                Interlocked.Increment(ref _asked);
                await _answers.Task.WaitAsync(context.RequestAborted);
                var key = _key.ExportParameters(false);
                return Results.Text(JsonSerializer.Serialize(new
                {
                    keys = new[]
                    {
                        new
                        {
                            kty = "EC", crv = "P-256", alg = "ES256", use = "sig", kid = "k1",
                            x = Base64UrlEncoder.Encode(key.Q.X), y = Base64UrlEncoder.Encode(key.Q.Y),
                        },
                    },
                }), "application/json");
            });
            await _app.StartAsync();
        }

        public async ValueTask DisposeAsync()
        {
            Answer();
            if (_app is not null) await _app.DisposeAsync();
            _key.Dispose();
        }
    }
}
