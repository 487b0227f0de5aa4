using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>Signs admissions as a waiting room does, with a key of its own that a tiny endpoint publishes.</summary>
public sealed class TokenSource : IAsyncDisposable
{
    private const string Kid = "test-key";

    private static readonly JsonWebTokenHandler s_handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication _app;
    private int _numbers;

    private TokenSource()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        var point = _key.ExportParameters(false).Q;
        var (x, y) = (Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
        var jwks = $$"""{"keys":[{"kty":"EC","crv":"P-256","kid":"{{Kid}}","use":"sig","x":"{{x}}","y":"{{y}}"}]}""";
        _app.MapGet("/jwks.json", () => Results.Text(jwks, "application/json"));
    }

    public string JwksUrl => _app.Urls.First() + "/jwks.json";

    public string PublicPem => _key.ExportSubjectPublicKeyInfoPem();

    public static async Task<TokenSource> StartAsync()
    {
        var source = new TokenSource();
        await source._app.StartAsync(TestContext.Current.CancellationToken);
        return source;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>An admission for one unit, of a new shopper unless given.</summary>
    public string Sign(
        string sale, int unit, string? shopper = null, TimeSpan? redeemIn = null, Action<Dictionary<string, object>>? change = null,
        SigningCredentials? with = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var number = Interlocked.Increment(ref _numbers);
        var redeemBy = (now + (redeemIn ?? TimeSpan.FromMinutes(2))).ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = "flashsale",
            ["aud"] = "demo",
            ["sub"] = shopper ?? $"shopper-{number}",
            ["jti"] = $"1-{number:x}-{unit:x}",
            ["sale"] = sale,
            ["unit"] = unit,
            ["place"] = number,
            ["redeemBy"] = redeemBy,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds() - 1,
            ["exp"] = redeemBy + 300,
        };
        change?.Invoke(claims);
        return s_handler.CreateToken(new SecurityTokenDescriptor { Claims = claims, SigningCredentials = with ?? Credentials() });
    }

    public SigningCredentials Credentials(string kid = Kid) =>
        new(new ECDsaSecurityKey(_key) { KeyId = kid }, SecurityAlgorithms.EcdsaSha256);

    /// <summary>The classic confusion: HMAC with the public key as the secret.</summary>
    public SigningCredentials HmacOfPublicKey() =>
        new(new SymmetricSecurityKey(Encoding.ASCII.GetBytes(PublicPem)) { KeyId = Kid }, SecurityAlgorithms.HmacSha256);

    public static SigningCredentials Foreign() =>
        new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Kid }, SecurityAlgorithms.EcdsaSha256);
}
