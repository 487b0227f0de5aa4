using System.Net;
using System.Security.Cryptography;

using BenchmarkDotNet.Attributes;

using FlashSale.Admission;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Micro;

/// <summary>
/// An admission token at the gate: seen before, and for the first time. First sights take more tokens in rotation than the
/// cache remembers: one that comes round again has been forgotten.
/// </summary>
[MemoryDiagnoser]
public class TokenCache : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private HttpClient _http = null!;
    private AdmissionKeys _keys = null!;
    private AdmissionVerifier _verifier = null!;
    private string[] _tokens = null!;
    private int _turn;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _tokens = [.. Enumerable.Range(1, AdmissionVerifier.MaxRemembered + 1).Select(Token)];
        _http = new HttpClient(new Published(_key)) { BaseAddress = new Uri("http://127.0.0.1") };
        _keys = new AdmissionKeys(_http, "jwks.json", TimeProvider.System, NullLogger<AdmissionKeys>.Instance);
        _verifier = new AdmissionVerifier(_keys, "flashsale", null, TimeProvider.System);
        if (await CacheHitAsync().ConfigureAwait(false) is null) throw new InvalidOperationException("not verified");
    }

    private string Token(int place)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "flashsale",
            Audience = "demo",
            Expires = now.AddHours(1).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = "alice",
                ["jti"] = $"1-{place:x}-11",
                ["sale"] = "xphone",
                ["unit"] = 17,
                ["place"] = (long)place,
                ["redeemBy"] = now.ToUnixTimeSeconds() + 120,
            },
            SigningCredentials = new SigningCredentials(
                new ECDsaSecurityKey(_key) { KeyId = "k1" }, SecurityAlgorithms.EcdsaSha256),
        });
    }

    [Benchmark(Baseline = true)]
    public async ValueTask<VerifiedAdmission?> FirstSightAsync() =>
        (await _verifier.VerifyAsync(_tokens[_turn++ % _tokens.Length], default).ConfigureAwait(false)).Admission;

    [Benchmark]
    public async ValueTask<VerifiedAdmission?> CacheHitAsync() =>
        (await _verifier.VerifyAsync(_tokens[0], default).ConfigureAwait(false)).Admission;

    [GlobalCleanup]
    public void Dispose()
    {
        _keys?.Dispose();
        _http?.Dispose();
        _key.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Answers with the public key.</summary>
    private sealed class Published(ECDsa key) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
        {
            var point = key.ExportParameters(false).Q;
            var (x, y) = (Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent($$"""
                    {"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"k1","x":"{{x}}","y":"{{y}}"}]}
                    """),
            });
        }
    }
}
