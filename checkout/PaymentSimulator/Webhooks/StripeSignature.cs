using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FlashSale.PaymentSimulator.Webhooks;

/// <summary>The <c>Stripe-Signature</c> header: HMAC-SHA256 of <c>timestamp.body</c>.</summary>
public static class StripeSignature
{
    public static string Sign(string body, string secret, long timestamp)
    {
        var signed = string.Create(CultureInfo.InvariantCulture, $"{timestamp}.{body}");
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed));
        return string.Create(CultureInfo.InvariantCulture, $"t={timestamp},v1={Convert.ToHexStringLower(mac)}");
    }
}
