using System.Text.Json;

using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>Asks for a sale's audit.</summary>
public static class Audits
{
    public static async Task<bool> IsOkAsync(CheckoutHost host, string sale) =>
        (await GetAsync(host, sale)).GetProperty("ok").GetBoolean();

    public static async Task<JsonElement> GetAsync(CheckoutHost host, string sale)
    {
        ArgumentNullException.ThrowIfNull(host);
        var audit = await host.AdminAsync(HttpMethod.Get, $"/sales/{sale}/audit");
        Assert.Equal(200, audit.Status);
        return audit.Json;
    }
}
