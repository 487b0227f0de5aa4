using Xunit;

namespace FlashSale.Tests.Checkout;

/// <summary>One checkout for a class of tests; each makes a sale of its own.</summary>
public sealed class CheckoutFixture : IAsyncLifetime
{
    public CheckoutHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await CheckoutHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
