using System.Data;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Journal;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Reservations;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.WaitingRooms;
using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Payments.Refunds;

/// <summary>
/// Sold → refunding → refunded. That a refund is wanted is committed with the attempt that owes it, so that no crash forgets it;
/// the unit is somebody else's only when the money is back.
/// </summary>
public sealed class RefundTable(
    LedgerDatabase ledger, ReservationTable reservations, SaleCatalog catalog, Poker poker, TimeProvider clock)
{
    /// <param name="who">Of whom the journal tells.</param>
    /// <param name="key">The caller's idempotency key.</param>
    public async Task<RefundOutcome> BeginAsync(Operator who, Guid id, string key, RefundRule rule, CancellationToken cancel)
    {
        var begun = await ledger.RunAsync((connection, stop) => BeginAsync(connection, who, id, key, rule, stop), cancel)
            .ConfigureAwait(false);
        if (begun is not null) return begun;
        await TellAsync(rule.Unit, cancel).ConfigureAwait(false);
        return await reservations.FindAsync(id, cancel).ConfigureAwait(false) is { } row
            ? new RefundOutcome.Begun(row) : new RefundOutcome.Missing();
    }

    /// <summary>
    /// The provider has given the money back: what becomes of the unit happens now. False while it can't: a sale keeps one
    /// unit at least. Repeating it changes nothing.
    /// </summary>
    public async Task<bool> EndAsync(Guid id, Guid attempt, CancellationToken cancel)
    {
        var ended = await ledger.RunAsync(async (connection, stop) =>
        {
            if (await connection.FindAsync<RefundRow>(RefundSql.Look, new { id }, stop).ConfigureAwait(false) is not { } row)
                throw new InvalidOperationException($"reservation {id:N} is missing");
            await using var transaction =
                await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop).ConfigureAwait(false);
            if (await EndAsync(transaction, row, id, attempt, row.RefundUnit, stop).ConfigureAwait(false))
                await transaction.CommitAsync(stop).ConfigureAwait(false);
            else if (row.State is not ReservationState.Refunded) return (RefundUnit?)null;
            return row.RefundUnit;
        }, cancel).ConfigureAwait(false);
        if (ended is { } unit) await TellAsync(unit, cancel).ConfigureAwait(false);
        return ended is not null;
    }

    /// <summary>Null: begun, now or before.</summary>
    private async Task<RefundOutcome?> BeginAsync(
        MySqlConnection connection, Operator who, Guid id, string key, RefundRule rule, CancellationToken cancel)
    {
        if (await connection.FindAsync<RefundRow>(RefundSql.Look, new { id }, cancel).ConfigureAwait(false) is not { } row)
            return new RefundOutcome.Missing();
        if (row.RefundKey == key)
            return row.RefundUnit == rule.Unit && row.RefundRejoin == rule.MayJoinAgain ? null : new RefundOutcome.KeyReused();
        if (row is { State: ReservationState.Sold, Inventory: 1 } && rule.Unit is RefundUnit.Withdraw)
            return new RefundOutcome.LastUnit();

        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel).ConfigureAwait(false);
        var with = new { id, attempt = row.SecuredBy, key, unit = rule.Unit, rejoin = rule.MayJoinAgain, no = row.SaleNo };
        var isAgain = row.State is ReservationState.Refunded && row.SecuredBy is not null;
        // The storefront took the payment, and gives it back: there is nothing to wait for. (The sale's row is locked first.)
        if (row.SecuredBy is null && rule.Unit is RefundUnit.Withdraw
            && await transaction.RunAsync(RefundSql.Shrink, with, cancel).ConfigureAwait(false) == 0)
            return new RefundOutcome.LastUnit();
        if (await transaction.RunAsync(isAgain ? RefundSql.Again : RefundSql.Begin, with, cancel).ConfigureAwait(false) == 0)
            return new RefundOutcome.NotSold();
        if (row.SecuredBy is null)
        {
            await transaction.RunAsync(RefundSql.End, with, cancel).ConfigureAwait(false);
            if (rule.Unit is RefundUnit.Withdraw) await WithdrawAsync(transaction, row, cancel).ConfigureAwait(false);
        }
        else
        {
            var back = new { attempt = row.SecuredBy, from = isAgain ? AttemptState.Refunded : AttemptState.Captured };
            if (await transaction.RunAsync(RefundSql.Return, back, cancel).ConfigureAwait(false) == 0)
                return new RefundOutcome.NotSettled();
        }

        await new JournalEntry("reservation.refund")
        {
            Sale = SaleId.Parse(row.Sale),
            Storefront = StorefrontId.Parse(row.Storefront),
            Subject = new ReservationId(SaleId.Parse(row.Sale), id).ToString(),
            After = JournalEntry.Json(new { unit = rule.Unit.ToString().ToLowerInvariant(), mayJoinAgain = rule.MayJoinAgain }),
        }.WriteAsync(transaction, who, cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return null;
    }

    private async Task<bool> EndAsync(
        MySqlTransaction transaction, RefundRow row, Guid id, Guid attempt, RefundUnit? unit, CancellationToken cancel)
    {
        if (unit is RefundUnit.Withdraw
            && await transaction.RunAsync(RefundSql.Shrink, new { no = row.SaleNo }, cancel).ConfigureAwait(false) == 0) return false;
        if (await transaction.RunAsync(RefundSql.End, new { id, attempt }, cancel).ConfigureAwait(false) == 0) return false;
        if (unit is RefundUnit.Withdraw) await WithdrawAsync(transaction, row, cancel).ConfigureAwait(false);
        return true;
    }

    private Task<int> WithdrawAsync(MySqlTransaction transaction, RefundRow row, CancellationToken cancel) => transaction.RunAsync(
        RefundSql.Withdraw, new { id = Guid.CreateVersion7(clock.GetUtcNow()), no = row.SaleNo, unit = row.Unit }, cancel);

    /// <summary>A smaller inventory is a change of the sale; a unit that is free again somebody waits for.</summary>
    private async Task TellAsync(RefundUnit unit, CancellationToken cancel)
    {
        if (unit is RefundUnit.Withdraw) await catalog.ReadAsync(cancel).ConfigureAwait(false);
        poker.Poke();
    }
}
