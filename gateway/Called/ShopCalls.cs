using FlashSale.Contract;
using FlashSale.Queue;

using Microsoft.Extensions.Options;

namespace FlashSale.Gateway.Called;

/// <summary>
/// Shoppers whom their storefront calls by itself: it says so in the enqueue token (<c>soon</c>), and is told of each such
/// place by webhook.
/// </summary>
public sealed partial class ShopCalls(
    Sleepers sleepers, SubscriptionSeal seal, IOptions<CalledOptions> options, ILogger<ShopCalls> log)
{
    /// <summary>
    /// For a place that was just given: whoever has one has perhaps asked for another way since. The place counts also when
    /// this fails.
    /// </summary>
    public async ValueTask KeepAsync(Sale sale, Ticket ticket)
    {
        var how = seal.Seal(ticket.Sale, ticket.Place, new ShopRecipient(ticket.Shopper), SendRoom.Shop);
        if (how is null) return;
        var outcome = await sleepers.AskAsync(sale, ticket, how, options.Value.MaxAsked).ConfigureAwait(false);
        if (outcome != AskOutcome.Kept) LogNotKept(ticket.Sale, ticket.Place.Number, outcome);
    }

    [LoggerMessage(1506, LogLevel.Warning,
        "The storefront of {Sale} will not be told of place {Number}: {Why}", EventName = "ShopCallNotKept")]
    private partial void LogNotKept(SaleId sale, uint number, AskOutcome why);
}
