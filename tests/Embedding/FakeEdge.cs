using System.Security.Cryptography;
using System.Text;

using FlashSale.Admission;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FlashSale.Tests.Embedding;

/// <summary>The little of an edge that a storefront sees: published keys, signed admissions, and a ledger of one page.</summary>
internal sealed partial class FakeEdge : IAsyncDisposable
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly List<ECDsaSecurityKey> _keys = [NewKey("k1")];
    private WebApplication? _app;
    private int _keyFetches;

    public Uri Url { get; private set; } = null!;
    public string Sale { get; init; } = "xphone";
    public string Storefront { get; init; } = "demo";

    /// <summary>Answers 503 to everything.</summary>
    public bool Down { get; set; }

    /// <summary>What is published in place of the keys; null: they are.</summary>
    public string? Document { get; set; }

    /// <summary>The id of a key that is not published for now; null: all are.</summary>
    public string? Withheld { get; set; }

    public int KeyFetches => _keyFetches;

    public static Task<FakeEdge> StartAsync() => StartAsync(new FakeEdge());

    public static async Task<FakeEdge> StartAsync(FakeEdge edge)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = edge._app = builder.Build();
        app.Use(async (context, next) =>
        {
            await edge.HangAsync(context);
            if (edge.Down) context.Response.StatusCode = 503;
            else if (!context.RequestAborted.IsCancellationRequested) await next();
        });
        app.MapGet("/.well-known/jwks.json", () =>
        {
            Interlocked.Increment(ref edge._keyFetches);
            return Results.Text(edge.Document ?? edge.Jwks(), "application/json");
        });
        edge.MapLine(app);
        await app.StartAsync();
        edge.Url = new Uri(app.Urls.Single());
        return edge;
    }

    /// <summary>A key is published no more.</summary>
    public void RevokeKey(string kid) => _keys.RemoveAll(key => key.KeyId == kid);

    /// <summary>Publishes a new key that signs from now on; the older ones stay published.</summary>
    public void RotateKeys() => _keys.Insert(0, NewKey($"k{_keys.Count + 1}"));

    /// <summary>An admission, good unless the changes say otherwise.</summary>
    public string Token(DateTimeOffset now, Action<SecurityTokenDescriptor>? change = null, string shopper = "anna", int unit = 7)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = "flashsale",
            Audience = Storefront,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = now.UtcDateTime.AddSeconds(425),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = shopper,
                ["jti"] = $"65a-{unit:x}-{unit:x}",
                [AdmissionClaims.Sale] = Sale,
                [AdmissionClaims.Unit] = unit,
                [AdmissionClaims.Place] = 12,
                [AdmissionClaims.RedeemBy] = now.AddSeconds(120).ToUnixTimeSeconds(),
            },
            SigningCredentials = new SigningCredentials(_keys[0], SecurityAlgorithms.EcdsaSha256),
        };
        change?.Invoke(descriptor);
        return _handler.CreateToken(descriptor);
    }

    /// <summary>Signed with a key that nobody published, under a name of the caller's choice.</summary>
    public string Forged(DateTimeOffset now, string kid) => Token(now, token =>
        token.SigningCredentials = new SigningCredentials(NewKey(kid), SecurityAlgorithms.EcdsaSha256));

    /// <summary>HS256 with the published key's text as the secret: the classic algorithm confusion.</summary>
    public string Confused(DateTimeOffset now) => Token(now, token => token.SigningCredentials = new SigningCredentials(
        new SymmetricSecurityKey(Encoding.UTF8.GetBytes(_keys[0].ECDsa.ExportSubjectPublicKeyInfoPem())) { KeyId = "k1" },
        SecurityAlgorithms.HmacSha256));

    /// <summary><c>alg: none</c>.</summary>
    public string Unsigned(DateTimeOffset now) => Token(now, token => token.SigningCredentials = null);

    /// <summary>Its key document.</summary>
    public string Jwks()
    {
        var keys = _keys.Where(key => key.KeyId != Withheld).Select(key =>
        {
            var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
            return $$"""
                {"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"{{key.KeyId}}",
                "x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}
                """;
        });
        return $$"""{"keys":[{{string.Join(',', keys)}}]}""";
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        foreach (var key in _keys) key.ECDsa.Dispose();
    }

    private static ECDsaSecurityKey NewKey(string kid) => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = kid };
}
