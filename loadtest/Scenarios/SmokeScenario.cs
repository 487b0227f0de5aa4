using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>How large the smoke test is, and how long it may take.</summary>
public sealed record SmokeSettings(int Shoppers = 5_000, int Units = 1_000, int Seed = 1)
{
    /// <summary>
    /// Short windows, so that units which are not claimed or paid come back soon; but longer than a busy machine of two
    /// cores, with the crowd on it, takes to answer: who wants to pay must be able to.
    /// </summary>
    public int ClaimSeconds { get; init; } = 20;
    public int PaySeconds { get; init; } = 15;

    /// <summary>No more carts at once than can be paid in time.</summary>
    public int AdmitPerSecond { get; init; } = 60;
    public int PresenceSeconds { get; init; } = 20;

    /// <summary>Shoppers arrive during this time; the sale starts in its middle.</summary>
    public TimeSpan Arrivals { get; init; } = TimeSpan.FromSeconds(12);

    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(8);

    /// <summary>10 % declined payments (half of them for good), 10 % never pay, 6 % never come, 4 % are away.</summary>
    public Mix Mix { get; init; } = new(0.05, 0.05, 0.10, 0.06, 0.04);
}

/// <summary>A run's outcome; <see cref="Failures"/> is empty when everything was as it must be.</summary>
public sealed record SmokeResult(
    string Sale, SmokeSettings Settings, double Seconds, int Bought, int SoldOut, int AsPlanned, int Failed,
    IReadOnlyList<StepLatency> Latencies, IReadOnlyDictionary<string, int> Problems, AuditAnswer Audit,
    IReadOnlyList<string> Failures);

/// <summary>Everything once, small: a crowd five times the units, until every unit is sold; then the audit.</summary>
public sealed class SmokeScenario(EdgeClients edges, OperatorClient operators, SmokeSettings settings, TimeProvider clock)
{
    public string Sale { get; } = $"smoke-{Guid.NewGuid():n}"[..18];

    public Tally Tally { get; } = new();

    public async Task<SmokeResult> RunAsync(CancellationToken cancel)
    {
        var begun = clock.GetTimestamp();
        using var limited = new CancellationTokenSource(settings.Limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancel);
        var failures = new List<string>();
        await operators.PutSaleAsync(Sale, Settings(), cancel).ConfigureAwait(false);
        try
        {
            await SendCrowdAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            failures.Add($"not every shopper had come to an end after {settings.Limit}");
        }

        var audit = await operators.AuditAsync(Sale, cancel).ConfigureAwait(false);
        failures.AddRange(Judge(audit));
        return new SmokeResult(
            Sale, settings, clock.GetElapsedTime(begun).TotalSeconds, Tally.Of(Ending.Bought), Tally.Of(Ending.SoldOut),
            Tally.Of(Ending.AsPlanned), Tally.Of(Ending.Failed), Tally.Latencies(), Tally.Problems, audit, failures);
    }

    private object Settings() => new
    {
        name = "Smoke test",
        inventory = settings.Units,
        price = new { amount = 99_900, currency = "usd" },
        startsAt = clock.GetUtcNow() + settings.Arrivals / 2,
        admitPerSecond = settings.AdmitPerSecond,
        claimSeconds = settings.ClaimSeconds,
        paySeconds = settings.PaySeconds,
        presenceSeconds = settings.PresenceSeconds,
        graceSeconds = 1,
    };

    private Task SendCrowdAsync(CancellationToken cancel)
    {
        var random = new Random(settings.Seed);
        var arrivals = Enumerable.Range(0, settings.Shoppers)
            .Select(_ => settings.Arrivals * random.NextDouble()).Order().ToArray();
        var behaviours = arrivals.Select(_ => settings.Mix.At(random.NextDouble())).ToArray();
        return new OpenCrowd(edges, Sale, clock).RunAsync(arrivals, i => behaviours[i], Tally, cancel);
    }

    private IEnumerable<string> Judge(AuditAnswer audit)
    {
        if (!audit.Ok) yield return $"the audit found {audit.Violations.Count} violations";
        if (audit.Sold != settings.Units) yield return $"{audit.Sold} of {settings.Units} units were sold";
        if (Tally.Of(Ending.Bought) != audit.Sold)
            yield return $"{Tally.Of(Ending.Bought)} shoppers were told that they had bought, the ledger says {audit.Sold}";
        if (Tally.Of(Ending.Failed) > 0) yield return $"{Tally.Of(Ending.Failed)} shoppers got an answer they should not";
        foreach (var failure in AdmissionOrder.Judge([.. Tally.Admissions], [.. Tally.NeverCalled])) yield return failure;
    }
}
