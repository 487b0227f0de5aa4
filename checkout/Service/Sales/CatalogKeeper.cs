using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Sales;

/// <summary>Keeps the catalog and the ledger's clock fresh; its last success is what readiness goes by.</summary>
public sealed partial class CatalogKeeper(
    SaleCatalog catalog, Migrator migrator, TimeProvider clock, ILogger<CatalogKeeper> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    /// <summary>The database counts as gone when it has not answered for longer.</summary>
    public static readonly TimeSpan GoneAfter = TimeSpan.FromSeconds(2);

    /// <summary>What is missing for this checkout to work; empty when ready.</summary>
    public IReadOnlyList<string> Missing =>
        !migrator.Migrated.IsCompletedSuccessfully ? ["database: not reached or not migrated yet"]
        : catalog.Age > GoneAfter ? ["database: does not answer"] : [];

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.Migrated.WaitAsync(stoppingToken).ConfigureAwait(false);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await catalog.ReadAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception error) when (LedgerErrors.IsOfLedger(error))
            {
                LogFailed(error.Message);
            }
            await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(4004, LogLevel.Warning, "The ledger does not answer: {Reason}", EventName = "CatalogNotRead")]
    private partial void LogFailed(string reason);
}
