using FlashSale.Checkout.Ledger;

using MySqlConnector;

namespace FlashSale.Checkout.Reservations;

/// <summary>
/// Groups redemptions that arrive together into one multi-row statement: one commit for many shoppers, each with an exact
/// answer of their own. Beyond what may wait the answer is 503 at once.
/// </summary>
public sealed partial class Redeemer(LedgerDatabase ledger, TimeProvider clock, ILogger<Redeemer> log)
    : BatchWorker<PendingRedemption>
{
    /// <summary>Inserts again when the row in the way was gone by the time it was looked at.</summary>
    private const int MaxRounds = 3;

    /// <summary>Redeems one admission. The work goes on when <paramref name="cancel"/> ends only the waiting.</summary>
    public Task<ReserveOutcome> RedeemAsync(Redemption redemption, CancellationToken cancel)
    {
        var pending = new PendingRedemption(Guid.CreateVersion7(clock.GetUtcNow()), redemption);
        return TryAdd(pending)
            ? pending.Answer.Task.WaitAsync(cancel)
            : Task.FromResult<ReserveOutcome>(new ReserveOutcome.Unavailable());
    }

    /// <inheritdoc />
    protected override async Task DoAsync(List<PendingRedemption> batch, CancellationToken cancel)
    {
        try
        {
            await RedeemAsync(batch, cancel).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever it was, it is this batch's: those in it are told, and the worker goes on with the next.
            if (error is not OperationCanceledException && !LedgerErrors.IsOfLedger(error)) LogFailed(error, batch.Count);
            foreach (var one in batch) one.Answer.TrySetException(error);
        }
    }

    /// <inheritdoc />
    protected override void GiveUp(PendingRedemption one) => one.Answer.TrySetResult(new ReserveOutcome.Unavailable());

    private async Task RedeemAsync(List<PendingRedemption> batch, CancellationToken cancel)
    {
        var open = batch;
        for (var round = 1; open.Count > 0 && round <= MaxRounds; round++)
        {
            // One row per admission: a double click's second copy finds the first one's row below.
            var rows = open.DistinctBy(one => (one.Redemption.SaleNo, one.Redemption.Admission)).ToList();
            var mine = await ledger.RunAsync((connection, stop) => InsertAsync(connection, rows, stop), cancel)
                .ConfigureAwait(false);
            var losers = new List<PendingRedemption>();
            foreach (var one in open)
            {
                if (mine.TryGetValue(one.Id, out var row)) one.Answer.TrySetResult(new ReserveOutcome.Reserved(row));
                else losers.Add(one);
            }

            open = [];
            if (losers.Count == 0) break;
            var why = await ledger.RunAsync((connection, stop) => ExplainAsync(connection, losers, stop), cancel)
                .ConfigureAwait(false);
            foreach (var (loser, outcome) in losers.Zip(why))
            {
                if (outcome is null) open.Add(loser);
                else loser.Answer.TrySetResult(outcome);
            }
        }
        foreach (var one in open) one.Answer.TrySetResult(new ReserveOutcome.Unavailable());
    }

    private static async Task<Dictionary<Guid, Reservation>> InsertAsync(
        MySqlConnection connection, List<PendingRedemption> rows, CancellationToken cancel)
    {
        await using var command = RedeemSql.Insert(connection, rows);
        await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var mine = new Dictionary<Guid, Reservation>(rows.Count);
        while (await reader.ReadAsync(cancel).ConfigureAwait(false))
        {
            var row = ReservationRow.Read(reader);
            mine[row.Id] = row;
        }
        return mine;
    }

    /// <summary>Why each was refused, asked for in one round trip; null: what was in the way is gone; insert again.</summary>
    private static async Task<List<ReserveOutcome?>> ExplainAsync(
        MySqlConnection connection, List<PendingRedemption> losers, CancellationToken cancel)
    {
        await using var command = RedeemSql.Explain(connection, losers);
        await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var outcomes = new List<ReserveOutcome?>(losers.Count);
        foreach (var loser in losers)
        {
            outcomes.Add(await ExplainAsync(reader, loser.Redemption, cancel).ConfigureAwait(false));
            await reader.NextResultAsync(cancel).ConfigureAwait(false);
        }
        return outcomes;
    }

    private static async Task<ReserveOutcome?> ExplainAsync(
        MySqlDataReader reader, Redemption redemption, CancellationToken cancel)
    {
        await reader.ReadAsync(cancel).ConfigureAwait(false);
        var now = reader.GetDateTime(0);
        var ended = !reader.IsDBNull(1) && reader.GetDateTime(1) <= now;
        await reader.NextResultAsync(cancel).ConfigureAwait(false);
        Reservation? own = null, shoppers = null;
        while (await reader.ReadAsync(cancel).ConfigureAwait(false))
        {
            if (reader.GetInt32(ReservationRow.Next) == (int)RedeemSql.Whose.Admission) own = ReservationRow.Read(reader);
            else shoppers = ReservationRow.Read(reader);
        }
        await reader.NextResultAsync(cancel).ConfigureAwait(false);
        await reader.ReadAsync(cancel).ConfigureAwait(false);
        var taken = reader.GetInt64(0) > 0;
        await reader.NextResultAsync(cancel).ConfigureAwait(false);
        await reader.ReadAsync(cancel).ConfigureAwait(false);
        var inSale = redemption.Unit <= reader.GetInt32(0);

        if (own is not null)
        {
            return own.IsLive && own.Shopper == redemption.Shopper.Value && (redemption.ByStorefront || !own.ByStorefront)
                ? new ReserveOutcome.Repeated(own)
                : new ReserveOutcome.AdmissionSpent();
        }
        if (shoppers is { State: ReservationState.Sold or ReservationState.Refunding or ReservationState.Refunded }) return new ReserveOutcome.AlreadyBought();
        if (shoppers is not null) return new ReserveOutcome.AlreadyReserved(shoppers.PublicId);
        if (ended) return new ReserveOutcome.SaleEnded();
        if (redemption.RedeemBy.UtcDateTime <= now) return new ReserveOutcome.AdmissionMissed();
        return taken || !inSale ? new ReserveOutcome.UnitTaken() : null;
    }

    [LoggerMessage(4009, LogLevel.Error,
        "A batch of {Count} redemptions failed unexpectedly",
        EventName = "RedemptionsFailed")]
    private partial void LogFailed(Exception error, int count);
}
