using FlashSale.Contract;
using FlashSale.Gateway.Catalog;

using Microsoft.Extensions.Logging.Abstractions;

using Xunit;

namespace FlashSale.Tests.Gateway;

public sealed class SaleCatalogTests
{
    [Fact]
    public async Task A_catalog_that_is_disposed_in_the_middle_of_a_pull_ends_in_peace()
    {
        using var silent = new Silent();
        using var checkout = new HttpClient(silent) { BaseAddress = new Uri("http://checkout/") };
        using var catalog = new SaleCatalog(
            checkout, new LedgerClock(TimeProvider.System), NullLogger<SaleCatalog>.Instance);
        await catalog.StartAsync(default);
        await silent.Asked.Task;

        catalog.Dispose();

        await catalog.ExecuteTask!;
        Assert.False(catalog.IsReady);
    }

    /// <summary>Never answers.</summary>
    private sealed class Silent : HttpMessageHandler
    {
        public TaskCompletionSource Asked { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("it was not cancelled");
        }
    }
}
