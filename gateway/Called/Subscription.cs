namespace FlashSale.Gateway.Called;

/// <summary>How a browser is reached by push: what its <c>PushSubscription</c> says.</summary>
/// <param name="Endpoint">Of its push service; it is the browser's secret.</param>
/// <param name="P256dh">Its public key, 65 bytes.</param>
/// <param name="Auth">16 bytes.</param>
public sealed record Subscription(string Endpoint, byte[] P256dh, byte[] Auth)
{
    public const int KeyBytes = 65, AuthBytes = 16;
}
