using System.Data;
using System.Text;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Ledger.Outages;
using FlashSale.Checkout.WaitingRooms;
using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Reservations;

/// <summary>
/// Reservations and their transitions. Each transition is one guarded statement that commits by itself, or with what a
/// caller writes along (<see cref="TransitionAlong"/>), repeatable with the same arguments (a repeat answers
/// <see cref="TransitionOutcome.Done"/> again), retried after a deadlock or a lost
/// answer, and holds no lock when it returns. They throw <see cref="MySqlException"/> when the ledger is unavailable:
/// the outcome is then unknown, and repeating the call later settles it.
/// </summary>
public sealed class ReservationTable(LedgerDatabase ledger, Redeemer redeemer, Poker poker)
{
    /// <summary>Times that a payment waits for the pulse, which takes one or two.</summary>
    private const int MaxLooks = 10;

    /// <summary>
    /// Puts an admitted unit in the cart. The caller has verified the token; the statement's guards are redeem-by, the
    /// sale's end, and the schema's unique keys.
    /// </summary>
    public async Task<ReserveOutcome> ReserveAsync(Redemption redemption, CancellationToken cancel)
    {
        var outcome = await redeemer.RedeemAsync(redemption, cancel).ConfigureAwait(false);
        // The token's own call came first: from now on it is the storefront's server's.
        if (redemption.ByStorefront && outcome is ReserveOutcome.Repeated { Reservation: { ByStorefront: false, Id: var id } })
            outcome = await BindAsync(id, cancel).ConfigureAwait(false);
        ReservationMetrics.Redeemed(outcome);
        // Not for a cart: nobody waits for what is taken, and in a rush each pull tells of some seconds' carts again.
        if (outcome is ReserveOutcome.UnitTaken) poker.Poke();
        return outcome;
    }

    /// <summary>The row, or null.</summary>
    public Task<Reservation?> FindAsync(Guid id, CancellationToken cancel) => ledger.RunAsync(async (connection, stop) =>
    {
        await using var command = new MySqlCommand(ReservationSql.ById, connection);
        command.Parameters.AddWithValue("@id", id);
        await using var reader = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        return await reader.ReadAsync(stop).ConfigureAwait(false) ? ReservationRow.Read(reader) : null;
    }, cancel);

    /// <summary>What a shopper has bought in the sale of this number, or null.</summary>
    public Task<Reservation?> BoughtAsync(int sale, ShopperId shopper, CancellationToken cancel) => ledger.RunAsync(async (connection, stop) =>
    {
        await using var command = new MySqlCommand(ReservationSql.Bought, connection);
        command.Parameters.AddWithValue("@sale", sale);
        command.Parameters.AddWithValue("@shopper", Encoding.ASCII.GetBytes(shopper.Value));
        await using var reader = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        return await reader.ReadAsync(stop).ConfigureAwait(false) ? ReservationRow.Read(reader) : null;
    }, cancel);

    /// <summary>
    /// held → securing for one authorised payment attempt, while release_at (database clock) has not passed. From then on
    /// neither the sweep nor the shopper can release the unit: the attempt must end in <see cref="SellAsync"/>,
    /// <see cref="ReopenAsync"/> or <see cref="ReleaseAsync"/>. Refused: the unit is gone, or secured or sold for
    /// another attempt → void the authorisation. Also sets payment_state to authorised.
    /// </summary>
    /// <param name="along">What is committed with it, or undoes it.</param>
    public Task<TransitionOutcome> SecureAsync(
        Guid id, Guid attempt, CancellationToken cancel, TransitionAlong? along = null) =>
        InShoppersTimeAsync(() => ApplyAsync(ReservationSql.Secure, id,
            row => row.State is ReservationState.Securing && row.SecuredBy == attempt,
            [new MySqlParameter("@attempt", attempt)], cancel, along), cancel);

    /// <summary>
    /// Gives a cart whose bank asks the shopper up to the sale's <c>authenticationSeconds</c> more, once in its life, and
    /// writes down how much (<c>extended_ms</c>). Repeating it adds nothing.
    /// </summary>
    public Task ExtendAsync(Guid id, CancellationToken cancel) => ledger.RunAsync(async (connection, stop) =>
    {
        var seconds = await connection.FindAsync<int>(ReservationSql.AuthenticationSeconds, new { id }, stop)
            .ConfigureAwait(false);
        return seconds > 0
            && await connection.RunAsync(ReservationSql.Extend, new { id, seconds }, stop).ConfigureAwait(false) > 0;
    }, cancel);

    /// <summary>
    /// securing (for this attempt) → sold, with the order number (<see cref="OrderNumber.For"/>) and payment_state
    /// captured. Call it once the capture is certain; it has no deadline. Refused can only mean a caller's mistake.
    /// </summary>
    /// <param name="along">What is committed with it, or undoes it.</param>
    public Task<TransitionOutcome> SellAsync(
        Guid id, Guid attempt, CancellationToken cancel, TransitionAlong? along = null) =>
        ApplyAsync(ReservationSql.Sell, id,
            row => row.State is ReservationState.Sold && row.SecuredBy == attempt,
            [new MySqlParameter("@attempt", attempt), new MySqlParameter("@order", OrderNumber.For(id))], cancel, along);

    /// <summary>
    /// securing (for this attempt) → held again, or released (expired) when release_at has passed by the shoppers' time:
    /// the capture definitely failed. Done carries the row: look whether it is held. Sets payment_state to
    /// <paramref name="payment"/> (declined, voided …).
    /// </summary>
    public async Task<TransitionOutcome> ReopenAsync(
        Guid id, Guid attempt, PaymentState payment, CancellationToken cancel)
    {
        var now = await ledger.FindAsync<DateTime>(ReservationSql.Now, null, cancel).ConfigureAwait(false);
        var outcome = await ApplyAsync(ReservationSql.Reopen, id,
            row => row.SecuredBy is null && row.State is ReservationState.Held or ReservationState.Released,
            [
                new MySqlParameter("@attempt", attempt), new MySqlParameter("@now", now),
                new MySqlParameter("@payment", (int)payment),
            ], cancel).ConfigureAwait(false);
        if (outcome is TransitionOutcome.Done { Reservation.State: ReservationState.Released }) poker.Poke();
        return outcome;
    }

    /// <summary>
    /// held → released for <paramref name="reason"/>, at once. With <paramref name="attempt"/> also from securing for
    /// that attempt. Done also when it had been released before (whatever the reason: see the row). Refused: sold, or
    /// being captured for another attempt.
    /// </summary>
    public async Task<TransitionOutcome> ReleaseAsync(
        Guid id, ReleaseReason reason, CancellationToken cancel, Guid? attempt = null)
    {
        var outcome = await ApplyAsync(ReservationSql.Release, id,
            row => row.State is ReservationState.Released,
            [new MySqlParameter("@reason", (int)reason), new MySqlParameter("@attempt", attempt)], cancel)
            .ConfigureAwait(false);
        if (outcome is TransitionOutcome.Done) poker.Poke();
        return outcome;
    }

    /// <summary>
    /// held → released: the shopper's token gives it back. Refused as <see cref="ReleaseAsync"/>, and when it has become
    /// the storefront's server's.
    /// </summary>
    public async Task<TransitionOutcome> GiveBackAsync(Guid id, CancellationToken cancel)
    {
        var outcome = await ApplyAsync(ReservationSql.GiveBack, id,
            row => row is { State: ReservationState.Released, ByStorefront: false },
            [new MySqlParameter("@reason", (int)ReleaseReason.Cancelled)], cancel).ConfigureAwait(false);
        if (outcome is TransitionOutcome.Done) poker.Poke();
        return outcome;
    }

    /// <summary>
    /// held → sold: the storefront's own server took the payment. Refused: it had ended, is being captured, or was paid
    /// here.
    /// </summary>
    public Task<TransitionOutcome> ConfirmAsync(Guid id, CancellationToken cancel) =>
        InShoppersTimeAsync(() => ApplyAsync(ReservationSql.Confirm, id,
            row => row is { State: ReservationState.Sold, SecuredBy: null },
            [new MySqlParameter("@order", OrderNumber.For(id))], cancel), cancel);

    /// <summary>
    /// A cart whose time has passed while the ledger was out gets that time back within a moment: the refusal waits for it.
    /// </summary>
    private async Task<TransitionOutcome> InShoppersTimeAsync(
        Func<Task<TransitionOutcome>> apply, CancellationToken cancel)
    {
        for (var looks = 0; ; looks++)
        {
            var outcome = await apply().ConfigureAwait(false);
            if (outcome is not TransitionOutcome.Refused { Reservation.State: ReservationState.Held } || looks == MaxLooks)
                return outcome;
            if (!await IsOutAsync(cancel).ConfigureAwait(false) && looks > 0) return outcome;
            await Task.Delay(Pulse.Every, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>True when the ledger was out and the carts have not got that time back yet: their pay-by will move.</summary>
    public async Task<bool> IsOutAsync(CancellationToken cancel) =>
        await ledger.FindAsync<bool>(PulseSql.IsStale, null, cancel).ConfigureAwait(false);

    private async Task<ReserveOutcome> BindAsync(Guid id, CancellationToken cancel) =>
        await ApplyAsync(ReservationSql.Bind, id, row => row is { IsLive: true, ByStorefront: true }, [], cancel)
            .ConfigureAwait(false) is TransitionOutcome.Done { Reservation: var bound }
            ? new ReserveOutcome.Repeated(bound) : new ReserveOutcome.AdmissionSpent();

    // The statement and the read-back travel together. `already` recognises a repeat, or our own lost COMMIT.
    private Task<TransitionOutcome> ApplyAsync(
        string update, Guid id, Func<Reservation, bool> already, MySqlParameter[] with, CancellationToken cancel,
        TransitionAlong? along = null) =>
        along is null
            ? ledger.RunAsync((connection, stop) => ApplyOnceAsync(connection, null, update, id, already, with, stop), cancel)
            : ledger.RunAsync(async (connection, stop) =>
            {
                await using var change = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop)
                    .ConfigureAwait(false);
                var outcome = await ApplyOnceAsync(connection, change, update, id, already, with, stop).ConfigureAwait(false);
                if (outcome is not TransitionOutcome.Done { Reservation: var row }) return outcome;
                if (!await along(change, row, stop).ConfigureAwait(false)) return new TransitionOutcome.Undone();
                await change.CommitAsync(stop).ConfigureAwait(false);
                return outcome;
            }, cancel);

    private static async Task<TransitionOutcome> ApplyOnceAsync(
        MySqlConnection connection, MySqlTransaction? within, string update, Guid id, Func<Reservation, bool> already,
        MySqlParameter[] with, CancellationToken cancel)
    {
        await using var command = new MySqlCommand(update + ReservationSql.ById, connection, within);
        command.Parameters.AddWithValue("@id", id);
        foreach (var parameter in with) command.Parameters.AddWithValue(parameter.ParameterName, parameter.Value);
        await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancel).ConfigureAwait(false)) return new TransitionOutcome.Missing();
        var row = ReservationRow.Read(reader);
        return reader.RecordsAffected > 0 || already(row)
            ? new TransitionOutcome.Done(row)
            : new TransitionOutcome.Refused(row);
    }
}
