using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FlashSale.Checkout.Webhooks;

/// <summary>
/// Signs as the Standard Webhooks specification says: <c>v1,</c> and the base64 HMAC-SHA256 of <c>id.timestamp.body</c>.
/// </summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";
    public const string SecretPrefix = "whsec_";

    /// <summary>The specification asks for 24 to 64.</summary>
    public const int SecretBytes = 32;

    public static string Sign(byte[] secret, string id, long timestamp, string body)
    {
        var signed = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}");
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(signed)));
    }

    /// <summary>The secret as the storefront is given it, once.</summary>
    public static string Show(byte[] secret) => SecretPrefix + Convert.ToBase64String(secret);
}
