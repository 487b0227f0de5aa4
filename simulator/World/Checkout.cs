using FlashSale.Simulator.Models;
using FlashSale.Simulator.Time;

namespace FlashSale.Simulator.World;

/// <summary>
/// The checkout as shoppers meet it: redeem, pay, give back. A payment goes authorise → secure → capture → sell, and once it
/// has begun it comes to its end whatever the ledger does meanwhile.
/// </summary>
internal sealed class Checkout(VirtualTime time, SimulatedLedger ledger, Chance chance)
{
    private const int MaxRounds = 3;
    private const int MaxLooks = 10;
    private const long BetweenLooks = 200 * TimeSpan.TicksPerMillisecond;
    private const long BetweenTries = 300 * TimeSpan.TicksPerMillisecond;

    private const long BetweenLookAfters = 500 * TimeSpan.TicksPerMillisecond;

    /// <summary>Payment attempts by number, and whether the provider has captured them; null while it is not known.</summary>
    private readonly Dictionary<long, bool?> _attempts = [];

    private long _ids;

    /// <summary>As the checkout's <c>Completer</c>: looks after payments that nobody drives any more.</summary>
    public void Start() => time.Start(async () =>
    {
        while (true)
        {
            await time.DelayAsync(BetweenLookAfters);
            foreach (var row in ledger.Data.Rows.Where(row => row.State is RowState.Securing).ToList())
                if (_attempts[row.SecuredBy] is { } captured) await EndAsync(row.Id, row.SecuredBy, captured);
        }
    });

    /// <summary>Puts the unit in the cart; null is a 503.</summary>
    public async Task<RedeemOutcome?> RedeemAsync(Token token)
    {
        var id = ++_ids;
        var redemption = new LedgerRedemption(id, token.Admission, Names.Id(token.Shopper).Value, token.Unit, token.Place, token.Until);
        await HopAsync();
        for (var round = 0; round < MaxRounds; round++)
        {
            var outcome = await ledger.RunAsync((data, now) => data.Redeem(now, redemption));
            if (outcome is RedeemOutcome.Gone) continue;
            if (outcome is RedeemOutcome.Reserved or RedeemOutcome.UnitTaken) ledger.Poke?.Invoke();
            await HopAsync();
            return outcome;
        }

        return null;
    }

    /// <summary>True when the unit is sold to the payer.</summary>
    /// <param name="providerMs">How long the provider takes.</param>
    public async Task<bool> PayAsync(long id, long providerMs)
    {
        var attempt = _attempts.Count + 1;
        _attempts[attempt] = null;
        await HopAsync();
        if (await SecureAsync(id, attempt) is not StepOutcome.Done) return false;
        await time.DelayAsync(providerMs * TimeSpan.TicksPerMillisecond);
        var captured = chance.Happens(0.96);
        var outcome = await EndAsync(id, attempt, captured);
        // From here on an older ledger in which it is not ended yet is the completer's.
        _attempts[attempt] = captured;
        await HopAsync();
        return captured && outcome is StepOutcome.Done;
    }

    /// <summary>securing → sold; or back into the cart, or on sale.</summary>
    private async Task<StepOutcome> EndAsync(long id, long attempt, bool captured)
    {
        var outcome = captured
            ? await SurelyAsync((data, now) => data.Sell(now, id, attempt))
            : await SurelyAsync((data, now) => data.Reopen(now, id, attempt));
        if (outcome is StepOutcome.Done { Row.State: RowState.Released }) ledger.Poke?.Invoke();
        return outcome;
    }

    /// <summary>True when it is on sale again; null is a 503.</summary>
    public async Task<bool?> GiveBackAsync(long id)
    {
        await HopAsync();
        var outcome = await ledger.RunAsync((data, now) => data.GiveBack(now, id));
        if (outcome is StepOutcome.Done) ledger.Poke?.Invoke();
        await HopAsync();
        return outcome is null ? null : outcome is StepOutcome.Done;
    }

    /// <summary>A cart whose time has passed while the ledger was out gets that time back within a moment.</summary>
    private async Task<StepOutcome> SecureAsync(long id, long attempt)
    {
        for (var looks = 0; ; looks++)
        {
            var outcome = await SurelyAsync((data, now) => data.Secure(now, id, attempt));
            if (outcome is not StepOutcome.Refused { Row.State: RowState.Held } || looks == MaxLooks) return outcome;
            if (!ledger.Data.IsOut(ledger.Now) && looks > 0) return outcome;
            await time.DelayAsync(BetweenLooks);
        }
    }

    /// <summary>Until the ledger has said what became of it.</summary>
    private async Task<StepOutcome> SurelyAsync(Func<LedgerModel, DateTimeOffset, LedgerStatement<StepOutcome>> step)
    {
        while (true)
        {
            if (await ledger.RunAsync(step) is { } outcome) return outcome;
            await time.DelayAsync(BetweenTries);
        }
    }

    private Task HopAsync() => time.DelayAsync(chance.Delay(TimeSpan.TicksPerMillisecond / 4, 24 * TimeSpan.TicksPerMillisecond));
}
