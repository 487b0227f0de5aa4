using FlashSale.Contract;
using FlashSale.Gateway.Catalog;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using Xunit;

namespace FlashSale.Tests.Gateway;

public sealed class SaleCatalogTests(EdgeFixture edge) : IClassFixture<EdgeFixture>
{
    [Fact]
    public async Task A_change_to_one_sale_leaves_the_others_as_the_same_objects_and_a_storefronts_reaches_its_sales()
    {
        var (one, other) = (await edge.SaleAsync(), await edge.SaleAsync());
        var catalog = edge.Edge.Services.GetRequiredService<EdgeCatalog>();
        await WaitFor.TrueAsync(() => catalog.Find(one.Id.Value) is not null && catalog.Find(other.Id.Value) is not null, "both are listed");
        var before = (One: catalog.Find(one.Id.Value)!, Other: catalog.Find(other.Id.Value)!);

        edge.Checkout.Add(other with { Message = "soon" });
        await WaitFor.TrueAsync(
            () => Task.FromResult(catalog.Find(other.Id.Value)!.Sale.Message == "soon"), "the change is there");
        Assert.Same(before.One, catalog.Find(one.Id.Value));
        Assert.Same(before.One.Storefront, catalog.Find(other.Id.Value)!.Storefront);
        Assert.NotSame(before.Other, catalog.Find(other.Id.Value));

        edge.Checkout.Add(EchoCheckout.Demo with { ReturnOrigins = [.. EchoCheckout.Demo.ReturnOrigins, "https://new.example"] });
        await WaitFor.TrueAsync(
            () => Task.FromResult(catalog.Find(one.Id.Value)!.Storefront!.ReturnOrigins.Count == 2), "the storefront is new");
        Assert.NotSame(before.One, catalog.Find(one.Id.Value));
    }

    [Fact]
    public async Task A_catalog_that_is_disposed_in_the_middle_of_a_pull_ends_in_peace()
    {
        using var silent = new Silent();
        using var checkout = new HttpClient(silent) { BaseAddress = new Uri("http://checkout/") };
        using var catalog = new EdgeCatalog(
            checkout, new LedgerClock(TimeProvider.System), NullLogger<EdgeCatalog>.Instance);
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
