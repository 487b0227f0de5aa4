using System.Diagnostics;
using System.Text.RegularExpressions;

using FlashSale.LoadTest.Chaos;
using FlashSale.LoadTest.Clients;

namespace FlashSale.Command.Chaos;

/// <summary>One sale under faults, from its start until everything is final, and the evidence of it.</summary>
/// <param name="storm">Faults go on this long; then the system has <see cref="s_settleLimit"/> to become final.</param>
internal sealed partial class ChaosRound(ChaosSystem system, Faults faults, Random random, TimeSpan storm)
{
    public const int Shoppers = 300;
    public const int Units = 120;
    private const long Price = 5_000;

    /// <summary>So that units are given away during all of the storm.</summary>
    private const int AdmitPerSecond = 5;
    private const int ClaimSeconds = 10;
    private const int PaySeconds = 12;
    private const int PresenceSeconds = 10;
    private const int GraceSeconds = 2;

    /// <summary>Claim + pay + graces, a new epoch's waiting, and the completer's longest backoff.</summary>
    private const int MostEvidence = 60;
    private static readonly TimeSpan s_settleLimit = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly List<RedisLoss> _redisLosses = [];

    private static double EpochSeconds => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    public string Sale { get; } = $"chaos-{Guid.NewGuid():n}"[..20];

    /// <summary>The violations that the evidence shows.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(Action<string> say, CancellationToken cancel)
    {
        var state = await system.StateAsync(cancel);
        using var edges = new EdgeClients(state.Edges.Select(edge => edge.Url));
        using var operators = new OperatorClient(state.Edges[0].Url, state.AdminKey);
        await PutSaleAsync(operators, cancel);

        var history = new History();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var crowd = CrowdAsync(edges, history, ended.Token);
        await StormAsync(say, cancel);
        var ledger = new LedgerRows(system.MySql, Sale);
        var settled = await SettleAsync(ledger, crowd, cancel);
        await ended.CancelAsync();
        await crowd;

        using var http = new HttpClient();
        var provider = await ProviderLedger.ReadAsync(http, state.PaymentSimulator.Url, Sale, cancel);
        var violations = Checker.Check(new Evidence(
            Units, Price, history.Events, await ledger.ReadAsync(cancel), provider, ClaimSeconds, PresenceSeconds)
        {
            RedisLosses = _redisLosses,
        }).ToList();
        if (!settled) violations.Add($"6: the sale was not final {s_settleLimit} after the last fault");
        var audit = await operators.AuditAsync(Sale, cancel);
        if (!audit.Ok) violations.AddRange(audit.Violations.Select(violation => $"audit: {violation}"));
        foreach (var line in Evidences(violations, history)) say(line);
        say($"{Sale}: {history.Events.Count:N0} answers, {audit.Sold} of {Units} sold, {violations.Count} violations");
        return violations;
    }

    /// <summary>What the shoppers that violations name were told last: where to begin looking.</summary>
    private static IEnumerable<string> Evidences(IEnumerable<string> violations, History history)
    {
        var named = violations.SelectMany(violation => ShopperName().Matches(violation)).Select(name => name.Value).ToHashSet();
        foreach (var own in history.Events.Where(e => named.Contains(e.Shopper)).GroupBy(e => e.Shopper))
            foreach (var e in own.OrderBy(e => e.Received).TakeLast(MostEvidence))
                yield return $"  {own.Key} {e.Sent / 1e6:F1}-{e.Received / 1e6:F1} {e.Act} {e.Answer} {e.Number} {e.State}"
                    + $" {e.Admission} {e.Reservation} {(e.Admission.Length > 0 ? e.RedeemBy : null):HH:mm:ss}";
    }

    [GeneratedRegex("v-[A-Za-z0-9_-]{22}")]
    private static partial Regex ShopperName();

    private Task PutSaleAsync(OperatorClient operators, CancellationToken cancel) => operators.PutSaleAsync(Sale, new
    {
        name = "Chaos",
        inventory = Units,
        price = new { amount = Price, currency = "usd" },
        admitPerSecond = AdmitPerSecond,
        claimSeconds = ClaimSeconds,
        paySeconds = PaySeconds,
        presenceSeconds = PresenceSeconds,
        graceSeconds = GraceSeconds,
    }, cancel);

    private async Task CrowdAsync(EdgeClients edges, History history, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var wishes = Enumerable.Range(0, Shoppers).Select(_ => random.NextDouble() switch
        {
            < 0.08 => Wish.NeverPay,
            < 0.16 => Wish.BuyWithASecondCard,
            < 0.22 => Wish.GiveBack,
            < 0.26 => Wish.Leave,
            _ => Wish.Buy,
        }).ToArray();
        var journeys = new List<Task>();
        for (var i = 0; i < Shoppers && !cancel.IsCancellationRequested; i++)
        {
            var client = new Shopper(edges[i], Sale);
            journeys.Add(new ChaosShopper(client, wishes[i], history, clock).RunAsync(cancel));
            await Task.Delay(10, CancellationToken.None);
        }

        await Task.WhenAll(journeys);
    }

    private async Task StormAsync(Action<string> say, CancellationToken cancel)
    {
        var blowing = Stopwatch.StartNew();
        while (blowing.Elapsed < storm)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5 + 1.5 * random.NextDouble()), cancel);
            var began = EpochSeconds;
            var name = await faults.InjectAsync(cancel);
            if (Faults.LosesRedisData(name)) _redisLosses.Add(new RedisLoss(began, EpochSeconds));
            say($"{blowing.Elapsed:mm\\:ss} {name}");
        }
    }

    /// <summary>Until every unit is sold or nobody wants one, and nothing is under way; false when that takes too long.</summary>
    private static async Task<bool> SettleAsync(LedgerRows ledger, Task crowd, CancellationToken cancel)
    {
        var waiting = Stopwatch.StartNew();
        while (waiting.Elapsed < s_settleLimit)
        {
            var (open, sold) = await ledger.CountAsync(cancel);
            if (open == 0 && (crowd.IsCompleted || sold == Units)) return true;
            await Task.Delay(s_pause, cancel);
        }

        return false;
    }
}
