using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FlashSale.Tests.Embedding;

/// <summary>How a <see cref="ReferenceShop"/> verifies, and where it keeps the line's keys.</summary>
internal sealed class ReferenceTokens(HttpClient http, BrokenRule broken) : IDisposable
{
    private const int Longest = 2048;
    private static readonly string[] s_claims = ["sub", "jti", "unit", "place", "redeemBy", "exp"];
    private static readonly TimeSpan s_minRefetch = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private Dictionary<string, JsonElement> _keys = [];
    private long _fetchedAt;

    public void Dispose() => _fetching.Dispose();

    private bool Breaks(BrokenRule rule) => broken == rule;

    public bool Publishes(string kid) => _keys.ContainsKey(kid);

    public static string EnqueueToken(TimeSpan life)
    {
        var now = TimeProvider.System.GetUtcNow();
        var text = Encode(new { alg = "HS256" }) + "." + Encode(new
        {
            iss = "demo",
            aud = "waitingroom",
            sub = "anna",
            sale = "xphone",
            exp = (now + life).ToUnixTimeSeconds(),
        });
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData("a secret of the reference, 32 chars"u8, Encoding.ASCII.GetBytes(text)))}";
    }

    public async Task<ReferenceAdmission?> VerifyAsync(string token)
    {
        if (token.Length > Longest && !Breaks(BrokenRule.TakesAnySize)) return null;
        if (Read(token) is not var (header, claims))
            return Breaks(BrokenRule.FallsOverGarbage) ? throw new InvalidOperationException("no token") : null;
        var kid = Text(header, "kid");
        return await IsSignedAsync(token, Text(header, "alg"), kid) && IsGood(claims)
            ? new ReferenceAdmission(token, Text(claims, "jti"), kid, (int)Number(claims, "unit", 1),
                DateTimeOffset.FromUnixTimeSeconds(Number(claims, "exp", Now() + 60)))
            : null;
    }

    private async Task<bool> IsSignedAsync(string token, string algorithm, string kid)
    {
        if (Breaks(BrokenRule.VerifiesNoSignature)) return true;
        if (algorithm == "none") return Breaks(BrokenRule.TakesUnsigned);
        if (!_keys.ContainsKey(kid) || Breaks(BrokenRule.FetchesForEveryToken)) await FetchAsync();
        var cut = token.LastIndexOf('.');
        var (text, signature) = (Encoding.ASCII.GetBytes(token[..cut]), Base64Url.DecodeFromChars(token.AsSpan(cut + 1)));
        if (algorithm == "HS256")
        {
            return Breaks(BrokenRule.ConfusesKeys) && _keys.Values.Any(key =>
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.GetRawText()), text).AsSpan().SequenceEqual(signature));
        }

        if (algorithm != "ES256") return false;
        if (Breaks(BrokenRule.TriesEveryKey)) return _keys.Values.Any(key => Verifies(key, text, signature));
        return _keys.TryGetValue(kid, out var known) ? Verifies(known, text, signature) : Breaks(BrokenRule.TrustsUnknownKids);
    }

    private bool IsGood(JsonElement claims)
    {
        var now = Now();
        var (late, early) = (Breaks(BrokenRule.AllowsAMinuteOfSkew) ? 60 : 5, Breaks(BrokenRule.AllowsAMinuteAhead) ? 60 : 5);
        return (Breaks(BrokenRule.TakesMissingClaims) || s_claims.All(claim => claims.TryGetProperty(claim, out _)))
            && (Breaks(BrokenRule.IgnoresExp) || Number(claims, "exp", now + 1) > now - late)
            && (Breaks(BrokenRule.IgnoresNbf) || Number(claims, "nbf", now) <= now + early)
            && (Breaks(BrokenRule.IgnoresAud) || Text(claims, "aud") == "demo")
            && (Breaks(BrokenRule.IgnoresSale) || Text(claims, "sale") == "xphone")
            && (Breaks(BrokenRule.IgnoresIss) || Text(claims, "iss") == "flashsale");
    }

    // Once a second at the most; the last good ones stay; those that are published no more go.
    private async Task FetchAsync()
    {
        await _fetching.WaitAsync();
        try
        {
            if (_fetchedAt != 0 && (Breaks(BrokenRule.NeverFetchesAgain)
                || (TimeProvider.System.GetElapsedTime(_fetchedAt) < s_minRefetch && !Breaks(BrokenRule.FetchesForEveryToken)))) return;
            _fetchedAt = TimeProvider.System.GetTimestamp();
            var set = JsonDocument.Parse(await http.GetStringAsync("/.well-known/jwks.json")).RootElement.GetProperty("keys");
            var published = set.EnumerateArray().ToDictionary(key => Text(key, "kid"));
            if (Breaks(BrokenRule.KeepsRevokedKeys))
                foreach (var (kid, old) in _keys) published.TryAdd(kid, old);
            _keys = published;
        }
        catch (HttpRequestException)
        {
            if (Breaks(BrokenRule.DropsKeysWithTheEdge)) _keys = [];
        }
        finally
        {
            _fetching.Release();
        }
    }

    private static bool Verifies(JsonElement key, byte[] text, byte[] signature)
    {
        using var known = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(Text(key, "x")), Y = Base64Url.DecodeFromChars(Text(key, "y")) },
        });
        return known.VerifyData(text, signature, HashAlgorithmName.SHA256);
    }

    private static (JsonElement Header, JsonElement Claims)? Read(string token)
    {
        if (token.Split('.') is not [var header, var claims, var signature] || !Base64Url.IsValid(signature)) return null;
        try
        {
            return (JsonDocument.Parse(Base64Url.DecodeFromChars(header)).RootElement,
                JsonDocument.Parse(Base64Url.DecodeFromChars(claims)).RootElement);
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string Encode(object content) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(content));

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static long Number(JsonElement json, string name, long otherwise) =>
        json.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : otherwise;

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
}
