using Dapper;

using MySqlConnector;

namespace FlashSale.Checkout.Ledger;

/// <summary>
/// Statements and their rows, by Dapper: <c>@name</c> is the argument's member, and a column is the row's member of the
/// same name (<c>pay_by</c> is <c>PayBy</c>). Only what a sale's rush reads by the thousand is mapped by hand
/// (<c>Reservations/ReservationRow.cs</c>, which has the numbers).
/// </summary>
internal static class Statements
{
    /// <summary>On a connection of its own, under the rules of <see cref="LedgerDatabase.RunAsync"/>.</summary>
    public static Task<List<T>> ListAsync<T>(
        this LedgerDatabase ledger, string sql, object? with, CancellationToken cancel) =>
        ledger.RunAsync((connection, stop) => connection.ListAsync<T>(sql, with, stop), cancel);

    /// <summary>The first row, or nothing.</summary>
    public static Task<T?> FindAsync<T>(
        this LedgerDatabase ledger, string sql, object? with, CancellationToken cancel) =>
        ledger.RunAsync((connection, stop) => connection.FindAsync<T>(sql, with, stop), cancel);

    /// <summary>How many rows it affected.</summary>
    public static Task<int> ExecuteAsync(
        this LedgerDatabase ledger, string sql, object? with, CancellationToken cancel) =>
        ledger.RunAsync((connection, stop) => connection.RunAsync(sql, with, stop), cancel);

    public static async Task<List<T>> ListAsync<T>(
        this MySqlConnection connection, string sql, object? with, CancellationToken cancel) =>
        (await connection.QueryAsync<T>(new CommandDefinition(sql, with, cancellationToken: cancel))
            .ConfigureAwait(false)).AsList();

    public static Task<T?> FindAsync<T>(
        this MySqlConnection connection, string sql, object? with, CancellationToken cancel) =>
        connection.QueryFirstOrDefaultAsync<T>(new CommandDefinition(sql, with, cancellationToken: cancel));

    public static Task<int> RunAsync(
        this MySqlConnection connection, string sql, object? with, CancellationToken cancel) =>
        connection.ExecuteAsync(new CommandDefinition(sql, with, cancellationToken: cancel));

    /// <param name="seconds">The client's patience; null is the usual one.</param>
    public static async Task<List<T>> ListAsync<T>(
        this MySqlTransaction within, string sql, object? with, CancellationToken cancel, int? seconds = null) =>
        (await within.Connection!.QueryAsync<T>(new CommandDefinition(sql, with, within, seconds, cancellationToken: cancel))
            .ConfigureAwait(false)).AsList();

    public static Task<T?> FindAsync<T>(
        this MySqlTransaction within, string sql, object? with, CancellationToken cancel) =>
        within.Connection!.QueryFirstOrDefaultAsync<T>(new CommandDefinition(sql, with, within, cancellationToken: cancel));

    /// <param name="seconds">The client's patience; null is the usual one.</param>
    public static Task<int> RunAsync(
        this MySqlTransaction within, string sql, object? with, CancellationToken cancel, int? seconds = null) =>
        within.Connection!.ExecuteAsync(new CommandDefinition(sql, with, within, seconds, cancellationToken: cancel));
}
