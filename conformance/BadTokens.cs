using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FlashSale.Conformance;

/// <summary>Tokens that no storefront may accept, each made from a good one.</summary>
/// <param name="good">An admission that the line has signed.</param>
internal sealed class BadTokens(string good)
{
    private readonly string[] _parts = good.Split('.');

    // The order of P-256's group: (r, n - s) signs what (r, s) signs.
    private static readonly BigInteger s_order = BigInteger.Parse(
        "00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public JsonObject Header => Read(0);

    public DateTimeOffset ExpiresAt => DateTimeOffset.FromUnixTimeSeconds((long)Read(1)["exp"]!);

    /// <summary>Other claims under the old signature.</summary>
    public string Tampered() => $"{_parts[0]}.{Encode(Changed(claims => claims["unit"] = 999_999))}.{_parts[2]}";

    /// <summary>The same text under another signature, which is good too.</summary>
    public string Rewritten()
    {
        var signature = Base64Url.DecodeFromChars(_parts[2]);
        var half = signature.Length / 2;
        var other = s_order - new BigInteger(signature.AsSpan(half), isUnsigned: true, isBigEndian: true);
        signature.AsSpan(half).Clear();
        var bytes = other.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(signature, signature.Length - bytes.Length);
        return $"{_parts[0]}.{_parts[1]}.{Base64Url.EncodeToString(signature)}";
    }

    public string Unsigned() => $"{Encode(new JsonObject { ["alg"] = "none", ["typ"] = "JWT" })}.{_parts[1]}.";

    /// <summary>HS256, with the published key as the secret.</summary>
    public string Confused(string publicKey)
    {
        var text = $"{Encode(new JsonObject { ["alg"] = "HS256", ["kid"] = (string?)Header["kid"] })}.{_parts[1]}";
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(publicKey), Encoding.ASCII.GetBytes(text));
        return $"{text}.{Base64Url.EncodeToString(mac)}";
    }

    /// <summary>Signed with a key of the runner's own.</summary>
    /// <param name="kid">A name for it; null for the real key's.</param>
    public string Forged(string? kid)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Signed(key, kid ?? (string?)Header["kid"], _ => { });
    }

    /// <summary>Truly signed by the line's key, and yet not this storefront's admission.</summary>
    public string Signed(ECDsa key, string? kid, Action<JsonObject> change)
    {
        var text = $"{Encode(new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = kid })}.{Encode(Changed(change))}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private JsonObject Changed(Action<JsonObject> change)
    {
        var claims = Read(1);
        change(claims);
        return claims;
    }

    private JsonObject Read(int part) => (JsonObject)JsonNode.Parse(Base64Url.DecodeFromChars(_parts[part]))!;

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
