using System.Text.Json;

using FlashSale.Checkout.Sales;
using FlashSale.Contract;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>A checkout's code on two sessions of one database, with one sale.</summary>
public sealed class LedgerSides : IAsyncLifetime
{
    internal LedgerSide One { get; private set; } = null!;

    internal LedgerSide Other { get; private set; } = null!;

    internal SaleId Sale { get; } = SaleId.Parse("model");

    public async ValueTask InitializeAsync()
    {
        var database = await TestMariaDb.CreateDatabaseAsync();
        One = await LedgerSide.StartAsync(database, commits: true);
        Other = await LedgerSide.StartAsync(database, commits: false);
        var settings = JsonSerializer.SerializeToElement(
            new { inventory = 1, price = new Money(100, "usd") }, Wire.Json);
        Assert.IsType<SaleOutcome.Saved>(await One.ChangeAsync(Sale, settings, create: true));
    }

    public async ValueTask DisposeAsync()
    {
        await One.DisposeAsync();
        await Other.DisposeAsync();
    }
}
