using System.Diagnostics;

using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Chaos;

/// <summary>
/// One sale under faults, from its start until everything is final, and the evidence of it. After the last fault the system
/// has <see cref="s_settleLimit"/> to become final.
/// </summary>
internal sealed class ChaosRound(ChaosSystem system, FaultInjector faults, Random random, ChaosPlan plan)
{
    private const long Price = 5_000;

    /// <summary>The part of the storm after which nobody new comes.</summary>
    private const double LastJoin = 0.85;
    private const int PresenceSeconds = 10;
    private const int GraceSeconds = 2;

    /// <summary>More time for a cart whose bank asks the shopper.</summary>
    private const int AuthenticationSeconds = 3;

    /// <summary>Claim + pay + graces, a new epoch's waiting, and the completer's longest backoff.</summary>
    private static readonly TimeSpan s_settleLimit = TimeSpan.FromSeconds(210);
    private static readonly TimeSpan s_refundEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly List<Injected> _injected = [];

    public string Sale { get; } = $"chaos-{Guid.NewGuid():n}"[..20];

    /// <summary>The violations that the evidence shows.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(Action<string> say, CancellationToken cancel)
    {
        var state = await system.StateAsync(cancel);
        using var edges = new EdgeClients(state.Edges.Select(edge => edge.Url));
        using var operators = new OperatorClient(state.Edges[0].Url, state.AdminKey);
        var drawn = new DrawnSale($"{Sale}-drawn", plan);
        await PutSaleAsync(operators, cancel);
        await drawn.PutAsync(operators, cancel);

        var history = new History();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var (clock, zero) = (Stopwatch.StartNew(), TimeProvider.System.GetUtcNow());
        var crowd = CrowdAsync(edges, history, clock, ended.Token);
        var drawnCrowd = drawn.CrowdAsync(edges, clock, ended.Token);
        using var calm = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var refunds = RefundAsync(operators, calm.Token);
        await StormAsync(say, cancel);
        await calm.CancelAsync();
        var refunded = await refunds;
        var ledger = new LedgerRows(system.MySql, Sale);
        var settled = await SettleAsync(ledger, crowd, cancel);
        await ended.CancelAsync();
        await Task.WhenAll(crowd, drawnCrowd);

        using var http = new HttpClient();
        var provider = await ProviderLedger.ReadAsync(http, state.PaymentSimulator.Url, Sale, cancel);
        var violations = Checker.Check(new Evidence(
            plan.Units, Price, history.Events, await ledger.ReadAsync(cancel), provider, plan.ClaimSeconds, PresenceSeconds)
        {
            PaySeconds = plan.PaySeconds,
            ClockZero = zero,
            RedisLosses = [.. _injected.Where(fault => fault.Kind.LosesRedisData).Select(fault => fault.When)],
            TurnsHidden = [.. _injected.Where(fault => fault.Kind.HidesTurns).Select(fault => fault.When)],
            RedisTroubles = [.. _injected.Where(fault => fault.Kind.TroublesRedis).Select(fault => fault.When)],
        }).ToList();
        if (!settled) violations.Add($"6: the sale was not final {s_settleLimit} after the last fault");
        var audit = await operators.AuditAsync(Sale, cancel);
        if (!audit.Ok) violations.AddRange(audit.Violations.Select(violation => $"audit: {violation}"));
        var calls = 0;
        foreach (var sale in new[] { Sale, drawn.Sale })
        {
            var (found, called) = await PublicCheck.CheckAsync(state.Edges[0].Url, sale, cancel);
            violations.AddRange(found);
            calls += called;
        }

        foreach (var line in history.ToldBefore(violations)) say(line);
        say($"{Sale}: {history.Events.Count:N0} answers, {audit.Sold} of {plan.Units} sold, {refunded} refunded, "
            + $"{calls} calls in the public logs, {violations.Count} violations");
        return violations;
    }

    private Task PutSaleAsync(OperatorClient operators, CancellationToken cancel) => operators.PutSaleAsync(Sale, new
    {
        name = "Chaos",
        inventory = plan.Units,
        price = new { amount = Price, currency = "usd" },
        admitPerSecond = plan.AdmitPerSecond,
        claimSeconds = plan.ClaimSeconds,
        paySeconds = plan.PaySeconds,
        authenticationSeconds = AuthenticationSeconds,
        presenceSeconds = PresenceSeconds,
        graceSeconds = GraceSeconds,
    }, cancel);

    /// <summary>Joins all through the storm, more at its beginning: the line is never empty.</summary>
    private async Task CrowdAsync(EdgeClients edges, History history, Stopwatch clock, CancellationToken cancel)
    {
        var comers = Enumerable.Range(0, plan.Shoppers).Select(_ => (
            At: plan.Storm * (LastJoin * Math.Pow(random.NextDouble(), 1.5)), Wish: DrawWish(), Slowness: random.NextDouble()))
            .OrderBy(comer => comer.At).ToArray();
        var journeys = new List<Task>();
        foreach (var (i, (at, wish, slowness)) in comers.Index())
        {
            if (at > clock.Elapsed)
                await Task.Delay(at - clock.Elapsed, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancel.IsCancellationRequested) break;
            journeys.Add(new ChaosShopper(new Shopper(edges[i], Sale), wish, slowness, history, clock).RunAsync(cancel));
        }

        await Task.WhenAll(journeys);
    }

    /// <summary>An operator has the money of every few sold units go back, through the storm; how many.</summary>
    private async Task<int> RefundAsync(OperatorClient operators, CancellationToken cancel)
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(s_refundEvery, cancel);
                var sold = await operators.SoldAsync(Sale, cancel);
                if (sold.FirstOrDefault(id => !asked.Contains(id)) is not { } reservation) continue;
                await operators.RefundAsync(reservation, "chaos", cancel);
                asked.Add(reservation);
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
            {
                // The same call again next time, or the storm is over.
            }
        }

        return asked.Count;
    }

    private Wish DrawWish() => random.NextDouble() switch
    {
        < 0.07 => Wish.NeverPay,
        < 0.14 => Wish.BuyWithASecondCard,
        < 0.19 => Wish.GiveBack,
        < 0.23 => Wish.Leave,
        < 0.48 => Wish.BuySlowly,
        < 0.55 => Wish.PresentLate,
        _ => Wish.Buy,
    };

    private async Task StormAsync(Action<string> say, CancellationToken cancel)
    {
        var blowing = Stopwatch.StartNew();
        while (plan.EachFault ? !faults.EachHasHappened : blowing.Elapsed < plan.Storm)
        {
            await Task.Delay(plan.Length * TimeSpan.FromSeconds(0.5 + 1.5 * random.NextDouble()), cancel);
            var happened = await faults.InjectAsync(cancel);
            _injected.AddRange(happened);
            if (happened.Count > 0) say($"{blowing.Elapsed:mm\\:ss} {string.Join(" + ", happened.Select(fault => fault.Name))}");
        }
    }

    /// <summary>Until every unit is sold or nobody wants one, and nothing is under way; false when that takes too long.</summary>
    private async Task<bool> SettleAsync(LedgerRows ledger, Task crowd, CancellationToken cancel)
    {
        var waiting = Stopwatch.StartNew();
        while (waiting.Elapsed < s_settleLimit)
        {
            var (open, sold) = await ledger.CountAsync(cancel);
            if (open == 0 && (crowd.IsCompleted || sold == plan.Units)) return true;
            await Task.Delay(s_pause, cancel);
        }

        return false;
    }
}
