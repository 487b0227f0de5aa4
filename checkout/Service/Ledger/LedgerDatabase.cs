using System.Data;

using Dapper;

using Microsoft.Extensions.Options;

using MySqlConnector;

namespace FlashSale.Checkout.Ledger;

/// <summary>
/// Connections to the ledger and the retry rules. Sessions are READ COMMITTED, in UTC, with short lock waits; they are
/// never reset between uses (a round trip less), so nobody may change a session setting.
/// </summary>
public sealed partial class LedgerDatabase : IAsyncDisposable
{
    /// <summary>A lock is held for one statement, so a longer wait means trouble. Shorter than any grace.</summary>
    public const int LockWaitSeconds = 1;

    /// <summary>No statement on a shopper's path runs this long; the server ends it.</summary>
    public const int StatementSeconds = 5;

    /// <summary>How often work is done again after a deadlock, a lock wait or a lost connection.</summary>
    public const int MaxTries = 4;

    // Each server skips the other's comment. max_execution_time is only for SELECT: MySQL has nothing for the others.
    private static readonly string s_session =
        $"""
        SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
            innodb_lock_wait_timeout = {LockWaitSeconds}
            /*M!100100 , max_statement_time = {StatementSeconds} */
            /*!80000 , max_execution_time = {StatementSeconds}000 */
        """;

    // What Dapper makes of a column's name.
    static LedgerDatabase() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    private readonly MySqlDataSource _source;
    private readonly ILogger<LedgerDatabase> _log;

    public LedgerDatabase(IOptions<LedgerOptions> options, ILogger<LedgerDatabase> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        _log = log;
        ConnectionString = Complete(options.Value.MySql).ConnectionString;
        _source = new MySqlDataSourceBuilder(ConnectionString).UseConnectionOpenedCallback(async (context, cancel) =>
        {
            if ((context.Conditions & MySqlConnectionOpenedConditions.New) == 0) return;
            await using var command = new MySqlCommand(s_session, context.Connection);
            await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
            await ReadOwnWritesAsync(context.Connection, cancel).ConfigureAwait(false);
        }).Build();
    }

    /// <summary>
    /// A node of a Galera cluster applies later what another has acknowledged. A pull that misses it would free a unit that is held,
    /// so that every read waits for it. Only there does the variable exist, and cost anything.
    /// </summary>
    private static async Task ReadOwnWritesAsync(MySqlConnection connection, CancellationToken cancel)
    {
        if (await connection.QueryFirstOrDefaultAsync<(string, string Value)>(
            new CommandDefinition("SHOW VARIABLES LIKE 'wsrep_on'", cancellationToken: cancel)).ConfigureAwait(false) is not (_, "ON")) return;
        await connection.ExecuteAsync(new CommandDefinition("SET SESSION wsrep_sync_wait = 1", cancellationToken: cancel)).ConfigureAwait(false);
    }

    /// <summary>The connection string with everything the code relies on.</summary>
    public string ConnectionString { get; }

    /// <summary>Opens a connection; dispose it to give it back.</summary>
    public ValueTask<MySqlConnection> OpenAsync(CancellationToken cancel) => _source.OpenConnectionAsync(cancel);

    /// <summary>
    /// Runs <paramref name="work"/> on a connection, again after a deadlock (1213), a lock wait (1205) or a lost
    /// connection, at most <see cref="MaxTries"/> times. The outcome of a lost connection is unknown, so the work must
    /// be repeatable: guarded statements that recognise by id what they have already done.
    /// </summary>
    /// <exception cref="MySqlException">It did not work (or an error of the socket): see <see cref="LedgerErrors.IsUnavailable"/>.</exception>
    public async Task<T> RunAsync<T>(Func<MySqlConnection, CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(work);
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await RunOnceAsync(work, cancel).ConfigureAwait(false);
            }
            catch (Exception error) when (tries < MaxTries && LedgerErrors.IsWorthRetrying(error))
            {
                LogRetry((error as MySqlException)?.Number ?? 0, tries);
            }
            await Task.Delay(Random.Shared.Next(2, 10 << tries), cancel).ConfigureAwait(false);
        }
    }

    /// <summary>The same, in a transaction that commits what <paramref name="work"/> has done.</summary>
    public Task<T> ChangeAsync<T>(Func<MySqlTransaction, CancellationToken, Task<T>> work, CancellationToken cancel) =>
        RunAsync(async (connection, stop) =>
        {
            await using var change = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop).ConfigureAwait(false);
            var result = await work(change, stop).ConfigureAwait(false);
            await change.CommitAsync(stop).ConfigureAwait(false);
            return result;
        }, cancel);

    /// <summary>Where one pooled connection is found dead, the others are too: the next try is on a new one.</summary>
    private async Task<T> RunOnceAsync<T>(
        Func<MySqlConnection, CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        var connection = await OpenAsync(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                return await work(connection, cancel).ConfigureAwait(false);
            }
            catch (Exception error) when (LedgerErrors.IsLost(error))
            {
                await MySqlConnection.ClearPoolAsync(connection, CancellationToken.None).ConfigureAwait(false);
                throw;
            }
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    internal static MySqlConnectionStringBuilder Complete(string connectionString) => new(connectionString)
    {
        GuidFormat = MySqlGuidFormat.Binary16,
        DateTimeKind = MySqlDateTimeKind.Utc,
        TreatTinyAsBoolean = false,
        UseAffectedRows = false,
        ConnectionReset = false,
        AllowUserVariables = false,
        AutoEnlist = false,
        ConnectionTimeout = 3,
        DefaultCommandTimeout = StatementSeconds + 2,
        CancellationTimeout = 1,
    };

    [LoggerMessage(4001, LogLevel.Debug,
        "Ledger error {Number}: trying again after try {Tries}",
        EventName = "StatementRetried")]
    private partial void LogRetry(int number, int tries);
}
