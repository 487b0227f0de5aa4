using System.Text.Json;

namespace FlashSale.Tests.Checkout;

/// <summary>A status and a body.</summary>
public sealed record CheckoutAnswer(int Status, string Body)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string Code => Text("code");

    public string Text(string name) => Json.GetProperty(name).ToString();
}
