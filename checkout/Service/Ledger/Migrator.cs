using System.Security.Cryptography;

using EvolveDb;

using MySqlConnector;

namespace FlashSale.Checkout.Ledger;

/// <summary>
/// Brings the schema up to date in the background, again and again while the database is down. Several checkouts may
/// start at once: Evolve takes a named lock in the database. The scripts are <c>Ledger/Migrations/V*.sql</c>, embedded.
/// </summary>
public sealed partial class Migrator(LedgerDatabase ledger, TimeProvider clock, ILogger<Migrator> log) : BackgroundService
{
    /// <summary>Between tries while the database is down.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    private readonly TaskCompletionSource _migrated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the schema is up to date.</summary>
    public Task Migrated => _migrated.Task;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryMigrateAsync(stoppingToken).ConfigureAwait(false))
            await Task.Delay(RetryAfter, clock, stoppingToken).ConfigureAwait(false);
        _migrated.TrySetResult();
    }

    private async Task<bool> TryMigrateAsync(CancellationToken cancel)
    {
        try
        {
            // A connection of its own: a migration may run longer than any other statement.
            var own = new MySqlConnectionStringBuilder(ledger.ConnectionString)
            {
                Pooling = false,
                DefaultCommandTimeout = 0,
                AllowUserVariables = true,
            };
            await using var connection = new MySqlConnection(own.ConnectionString);
            await connection.OpenAsync(cancel).ConfigureAwait(false);
            await Task.Factory.StartNew(() => Migrate(connection), cancel, TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
            await ledger.RunAsync(AddDemoAsync, cancel).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is EvolveException || LedgerErrors.IsOfLedger(error))
        {
            LogFailed(error.Message);
            return false;
        }
    }

    private void Migrate(MySqlConnection connection)
    {
        var evolve = new Evolve(connection, text => LogEvolve(text))
        {
            EmbeddedResourceAssemblies = [typeof(Migrator).Assembly],
            EmbeddedResourceFilters = ["FlashSale.Checkout.Ledger.Migrations"],
            IsEraseDisabled = true,
            MetadataTableName = "schema_changes",
        };
        evolve.Migrate();
    }

    /// <summary>The storefront behind this edge: there from the first start, with a secret of its own.</summary>
    private static Task<int> AddDemoAsync(MySqlConnection connection, CancellationToken cancel) =>
        connection.RunAsync(
            $"""
            INSERT IGNORE INTO storefronts (id, name, return_origins, enqueue_secret, revision)
            VALUES ('demo', 'Demo', '[]', @secret, {Revision.First})
            """, new { secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) }, cancel);

    [LoggerMessage(4002, LogLevel.Warning,
        "The ledger cannot be migrated yet: {Reason}",
        EventName = "MigrationFailed")]
    private partial void LogFailed(string reason);

    [LoggerMessage(4003, LogLevel.Debug, "Evolve: {Text}", EventName = "MigrationStep")]
    private partial void LogEvolve(string text);
}
