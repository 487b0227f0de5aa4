namespace FlashSale.Checkout.Webhooks;

/// <summary>Of a row of <c>webhook_deliveries</c>, as stored.</summary>
internal enum DeliveryState
{
    Pending = 1,
    Delivered = 2,

    /// <summary>Given up: a dead letter.</summary>
    Dead = 3,
}
