using System.Text.Json;

using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>The end of a sale: what is in between comes to rest, and is audited.</summary>
public sealed class Settling(OperatorClient operators, SimulatorClient? simulator, string sale, TimeProvider clock)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    /// <summary>After the windows of the last carts: for outcomes that the provider owes.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    /// <summary>
    /// Looks until no unit and no payment is in between (every cart sold or back, every admission used or lapsed), or the
    /// time for that is up.
    /// </summary>
    public Task<SaleEnd> WaitAsync(SaleRules rules, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return LookAsync(end => end.IsSettled, MostWait(rules), cancel);
    }

    /// <summary>
    /// How long a unit may be in between once nobody comes any more: who has just left still counts as present, and may be
    /// called once more.
    /// </summary>
    public static TimeSpan Windows(SaleRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return TimeSpan.FromSeconds(rules.PresenceSeconds + rules.ClaimSeconds + rules.PaySeconds + rules.AuthenticationSeconds + (2 * rules.GraceSeconds));
    }

    /// <summary>The longest that <see cref="WaitAsync"/> takes.</summary>
    public static TimeSpan MostWait(SaleRules rules) => Windows(rules) + s_patience;

    /// <summary>As it is now, without waiting for anything but an answer of ledger and line.</summary>
    public Task<SaleEnd> NowAsync(CancellationToken cancel) => LookAsync(end => end.Audit?.Line is not null, s_patience, cancel);

    private async Task<SaleEnd> LookAsync(Func<SaleEnd, bool> enough, TimeSpan atMost, CancellationToken cancel)
    {
        var end = new SaleEnd(null, null);
        for (var begun = clock.GetTimestamp(); ;)
        {
            try
            {
                end = new SaleEnd(await operators.AuditAsync(sale, cancel).ConfigureAwait(false), null);
                // The books may be long: read once the units are at rest.
                if (simulator is not null && (end.IsSettled || clock.GetElapsedTime(begun) >= atMost))
                    end = end with { Payments = await simulator.LedgerAsync(sale, cancel).ConfigureAwait(false) };
                if (enough(end)) return end;
            }
            catch (Exception error) when (IsNotHad(error, cancel))
            {
                end = end with { Missing = error.Message };
            }
            if (clock.GetElapsedTime(begun) >= atMost) return end;
            await Task.Delay(s_between, clock, cancel).ConfigureAwait(false);
        }
    }

    private static bool IsNotHad(Exception error, CancellationToken cancel) =>
        error is HttpRequestException or IOException or JsonException
        || (error is OperationCanceledException && !cancel.IsCancellationRequested);
}
