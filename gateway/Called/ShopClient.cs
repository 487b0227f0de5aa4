using System.Net;

using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Gateway.Called;

/// <summary>
/// Gives the checkout what storefronts want to be told of their shoppers' places; it sends it as it sends all webhooks.
/// </summary>
/// <param name="checkout">Fails over, and shows the service key.</param>
public sealed class ShopClient(HttpClient checkout)
{
    public async Task<SendOutcome> SendAsync(SaleId sale, DueCall call, ShopRecipient to)
    {
        try
        {
            var what = CalledMetrics.Name(call.Reason);
            var until = call.RedeemBy > 0 ? DateTimeOffset.FromUnixTimeSeconds(call.RedeemBy) : (DateTimeOffset?)null;
            using var answer = await checkout.PostAsJsonAsync(
                new Uri($"internal/called/{sale}", UriKind.Relative),
                new CalledPlace(to.Shopper.Value, $"{LineKeys.Field(call.Place)}.{what}", what, until), Wire.Json)
                .ConfigureAwait(false);
            return answer.StatusCode switch
            {
                HttpStatusCode.NoContent => SendOutcome.Accepted,
                // The storefront hears of nothing.
                HttpStatusCode.NotFound => SendOutcome.Gone,
                _ => SendOutcome.Refused,
            };
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            return SendOutcome.Refused; // Given twice, it is sent once, by its id.
        }
    }
}
