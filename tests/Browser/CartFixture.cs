using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Browser;

/// <summary>The cookies and the storage of a browser that has a unit in the cart, for others to begin with.</summary>
public sealed class CartFixture : IAsyncLifetime
{
    public string Sale { get; private set; } = "";

    /// <summary>For <see cref="Microsoft.Playwright.BrowserNewContextOptions.StorageState"/>.</summary>
    public string StorageState { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await using var visitor = await PageVisitor.ComesAsync();
        Sale = await visitor.System.SaleAsync(TestSystem.SaleOf(1, paySeconds: 1800));
        await visitor.GoesToTheCartAsync(Sale);
        StorageState = await visitor.Context.StorageStateAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
