using System.Text.Json;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;
using FlashSale.Simulator.Models;

using Microsoft.Extensions.Logging.Abstractions;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>Draws operations that fit the state of the ledger, and those that do not.</summary>
internal sealed class LedgerOperations(Random random, SaleRow sale, LedgerText texts)
{
    private const int Shoppers = 12;

    private readonly List<LedgerRedemption> _redemptions = [];
    private long _id;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Any that is one statement, or several.</summary>
    public LedgerOperation Next(LedgerModel model, DateTimeOffset now) => random.Next(100) switch
    {
        < 8 => Batch(model, now),
        < 12 => Sweep(),
        < 20 => Change(model, now),
        _ => Statement(model, now, near: null),
    };

    /// <summary>One that may meet what another has written and not committed.</summary>
    public LedgerOperation Meeting(LedgerModel model, DateTimeOffset now, LedgerRow near) =>
        random.Next(8) == 0 ? Change(model, now) : Statement(model, now, near);

    /// <summary>The pulse, when it is not young.</summary>
    public static LedgerOperation Beat() => new("beat", "beat",
        (model, now) =>
        {
            var beat = model.Beat(now);
            return (beat.Outcome?.GetType().Name, beat.Change);
        },
        async side => await side.BeatAsync() ? nameof(BeatOutcome.OutageEnded) : nameof(BeatOutcome.Beaten));

    /// <summary>A redemption or a transition.</summary>
    /// <param name="near">A row at which, or at whose unit or shopper, it shall be.</param>
    public LedgerOperation Statement(LedgerModel model, DateTimeOffset now, LedgerRow? near)
    {
        if (random.Next(100) < 35) return Redeem(Redemption(model, now, near));
        if (_redemptions.Count > 0 && random.Next(100) < 6) return Repeat(Earlier());
        var row = near is { IsWithdrawn: false } && random.Next(4) > 0 ? near : Pick(model, now);
        var id = row?.Id ?? long.MaxValue;
        var attempt = row is { SecuredBy: > 0 } && random.Next(4) > 0 ? row.SecuredBy : random.Next(1, 4);
        // The product waits for the pulse before it refuses a cart whose time has passed: that takes its time
        // here, too.
        var patient = row is not { State: RowState.Held } || row.ReleaseAt > now
            || (!model.IsOut(now) && (row.ReleaseAt == now ? random.Next(2) : random.Next(20)) == 0);
        return random.Next(100) switch
        {
            < 35 when patient => Secure(id, attempt),
            < 45 => Sell(id, attempt),
            < 60 => Reopen(id, attempt),
            < 75 => Release(id, (RowReason)random.Next(1, 4), random.Next(2) == 0 ? attempt : 0),
            < 90 => GiveBack(id),
            _ when patient => Confirm(id),
            _ => Release(id, RowReason.Declined, 0),
        };
    }

    /// <summary>Deadlines that may be met exactly.</summary>
    public IEnumerable<DateTimeOffset> Deadlines() => _redemptions.TakeLast(5).Select(one => one.RedeemBy);

    private LedgerRow? Pick(LedgerModel model, DateTimeOffset now)
    {
        if (random.Next(30) == 0) return null;
        var due = model.Rows.FirstOrDefault(row => row.IsHeld && row.ReleaseAt == now);
        if (due is not null && random.Next(4) > 0) return due;
        var rows = model.Rows.Where(row => !row.IsWithdrawn && (row.IsHeld || random.Next(4) == 0)).ToList();
        return rows.Count == 0 ? null : rows[random.Next(rows.Count)];
    }

    private LedgerRedemption Earlier() => _redemptions[^random.Next(1, Math.Min(_redemptions.Count, 20) + 1)];

    private LedgerRedemption Redemption(LedgerModel model, DateTimeOffset now, LedgerRow? near)
    {
        var id = ++_id;
        var again = _redemptions.Count > 0 && random.Next(4) == 0 ? Earlier() : null;
        var shopper = near is not null && random.Next(3) == 0 ? near.Shopper
            : again is not null && random.Next(4) > 0 ? again.Shopper : $"shopper {random.Next(Shoppers)}";
        var unit = near is not null && random.Next(2) == 0 ? near.Unit
            : again?.Unit ?? random.Next(1, model.Sale.MaxUnit + 3);
        var admission = near is not null && random.Next(4) == 0 ? near.Admission
            : again?.Admission ?? $"{id:x}-{unit:x}";
        var redeemBy = random.Next(10) switch
        {
            0 => now.AddMilliseconds(random.Next(-1, 2)),
            1 => now.AddSeconds(-1),
            _ => now.AddSeconds(random.Next(1, 1 + model.Sale.ClaimSeconds)),
        };
        var one = new LedgerRedemption(
            id, admission, shopper, unit, id, redeemBy, ByStorefront: random.Next(6) == 0);
        _redemptions.Add(one);
        return one;
    }

    private Redemption Asked(LedgerRedemption one) => new(
        sale.No, one.Admission, ShopperId.TryParse(one.Shopper, out var shopper) ? shopper : default,
        one.Unit, one.Place, one.RedeemBy, one.ByStorefront);

    private LedgerOperation Redeem(LedgerRedemption one) => new("redeem", $"redeem {one}",
        (model, now) => Told(model.Redeem(now, one), LedgerText.Of),
        async side => texts.Of(await side.Reservations.ReserveAsync(Asked(one), Cancel), one.Id));

    /// <summary>
    /// Several in one statement: all are inserted, in the order of their units, before any is explained.
    /// </summary>
    private LedgerOperation Batch(LedgerModel model, DateTimeOffset now)
    {
        var batch = Enumerable.Range(0, random.Next(2, 7)).Select(_ => Redemption(model, now, null))
            .DistinctBy(one => one.Unit).ToList();
        return new("batch", $"batch {string.Join(", ", batch)}", Model, RealAsync);

        (string?, LedgerChange?) Model(LedgerModel model, DateTimeOffset now)
        {
            var rows = batch.DistinctBy(one => one.Admission).OrderBy(one => one.Unit)
                .ToDictionary(one => one.Id, one => model.Commit(model.Insert(now, one)));
            return (string.Join("; ", batch.Select(one => LedgerText.Of(
                rows.GetValueOrDefault(one.Id) as RedeemOutcome.Reserved ?? model.Explain(now, one)))), null);
        }

        async Task<string> RealAsync(LedgerSide side)
        {
            using var redeemer = new Redeemer(
                side.Get<LedgerDatabase>(), TimeProvider.System, NullLogger<Redeemer>.Instance);
            var answers = batch.Select(one => redeemer.RedeemAsync(Asked(one), Cancel)).ToList();
            await redeemer.StartAsync(Cancel);
            var outcomes = await Task.WhenAll(answers);
            await redeemer.StopAsync(Cancel);
            // Who has won is learned first, whatever others are told of it.
            foreach (var (one, outcome) in batch.Zip(outcomes))
                if (outcome is ReserveOutcome.Reserved) texts.Of(outcome, one.Id);
            return string.Join("; ", batch.Zip(outcomes, (one, outcome) => texts.Of(outcome, one.Id)));
        }
    }

    /// <summary>The insert once more under the id that it had: its answer was lost.</summary>
    private LedgerOperation Repeat(LedgerRedemption one) => new("repeat", $"repeat {one}",
        (model, now) => !texts.Knows(one.Id) ? ("none", null)
            : Told(model.Insert(now, one), LedgerText.Of),
        side => side.Ledger.RunAsync(async (connection, stop) =>
        {
            if (!texts.Knows(one.Id)) return "none";
            var pending = new PendingRedemption(texts.KeyOf(one.Id), Asked(one));
            await using var command = RedeemSql.Insert(connection, [pending]);
            await using var reader = await command.ExecuteReaderAsync(stop);
            return await reader.ReadAsync(stop)
                ? texts.Of(new ReserveOutcome.Reserved(ReservationRow.Read(reader)), one.Id) : "Gone";
        }, Cancel));

    private LedgerOperation Secure(long id, long attempt) => Step("secure", $"secure #{id} for {attempt}",
        (model, now) => model.Secure(now, id, attempt),
        all => all.SecureAsync(texts.KeyOf(id), LedgerText.Attempt(attempt), Cancel));

    private LedgerOperation Sell(long id, long attempt) => Step("sell", $"sell #{id} for {attempt}",
        (model, now) => model.Sell(now, id, attempt),
        all => all.SellAsync(texts.KeyOf(id), LedgerText.Attempt(attempt), Cancel));

    private LedgerOperation Reopen(long id, long attempt) => Step("reopen", $"reopen #{id} for {attempt}",
        (model, now) => model.Reopen(now, id, attempt),
        all => all.ReopenAsync(
            texts.KeyOf(id), LedgerText.Attempt(attempt), PaymentState.Declined, Cancel));

    private LedgerOperation Release(long id, RowReason reason, long attempt) => Step(
        "release", $"release #{id} {reason} for {attempt}",
        (model, now) => model.Release(now, id, reason, attempt),
        all => all.ReleaseAsync(
            texts.KeyOf(id), (ReleaseReason)reason, Cancel,
            attempt == 0 ? null : LedgerText.Attempt(attempt)));

    private LedgerOperation GiveBack(long id) => Step("give back", $"give back #{id}",
        (model, now) => model.GiveBack(now, id), all => all.GiveBackAsync(texts.KeyOf(id), Cancel));

    private LedgerOperation Confirm(long id) => Step("confirm", $"confirm #{id}",
        (model, now) => model.Confirm(now, id), all => all.ConfirmAsync(texts.KeyOf(id), Cancel));

    private LedgerOperation Step(
        string kind, string text, Func<LedgerModel, DateTimeOffset, LedgerStatement<StepOutcome>> model,
        Func<ReservationTable, Task<TransitionOutcome>> real) => new(kind, text,
            (ledger, now) => Told(model(ledger, now), LedgerText.Of),
            async side => texts.Of(await real(side.Reservations)));

    private static LedgerOperation Sweep() => new("sweep", "sweep",
        (model, now) =>
        {
            var due = model.Due(now).Due.Count;
            model.Sweep(now);
            return (Found(due), null);
        },
        async side => Found(await side.Get<Sweeper>().SweepAsync(Cancel)));

    private static string Found(int due) => due == 0 ? "nothing" : $"due {due}";

    private LedgerOperation Change(LedgerModel model, DateTimeOffset now)
    {
        var settings = new Dictionary<string, object?>();
        var change = (Sale one) => one;
        if (random.Next(2) == 0)
        {
            var inventory = Math.Max(1, model.Sale.Inventory + random.Next(-4, 5));
            settings["inventory"] = inventory;
            change = one => one with { Inventory = inventory };
        }
        var (before, number) = (change, random.Next(1, 8));
        switch (random.Next(6))
        {
            case 0:
                DateTimeOffset? ends = model.Sale.EndsAt is null && random.Next(2) == 0
                    ? now.AddMilliseconds(random.Next(-1, 2000)) : null;
                settings["endsAt"] = ends;
                change = one => before(one) with { EndsAt = ends };
                break;
            case 1:
                settings["paySeconds"] = number;
                change = one => before(one) with { PaySeconds = number };
                break;
            case 2:
                settings["claimSeconds"] = number;
                change = one => before(one) with { ClaimSeconds = number };
                break;
            case 3:
                settings["graceSeconds"] = number;
                change = one => before(one) with { GraceSeconds = number };
                break;
            case 4:
                settings["paused"] = number > 4;
                change = one => before(one) with { Paused = number > 4 };
                break;
            default: break;
        }
        var body = JsonSerializer.SerializeToElement(settings, Wire.Json);
        return new("change", $"change {body}",
            (ledger, at) => Told(ledger.Change(at, change), outcome => outcome.GetType().Name),
            async side => (await side.ChangeAsync(sale.Sale.Id, body)).GetType().Name);
    }

    private static (string?, LedgerChange?) Told<T>(LedgerStatement<T> statement, Func<T, string> inWords)
        where T : class => (statement.Waits ? null : inWords(statement.Outcome!), statement.Change);
}
