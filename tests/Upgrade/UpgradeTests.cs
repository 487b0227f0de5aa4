using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using FlashSale.LoadTest.Chaos;
using FlashSale.LoadTest.Clients;
using FlashSale.Tests.Support;

using Xunit;

using static FlashSale.Tests.Upgrade.TwoVersions;

namespace FlashSale.Tests.Upgrade;

/// <summary>This version takes over from the version before in the middle of a sale, and gives back to it.</summary>
public sealed class UpgradeTests
{
    private const string Sale = "upgrade";
    private const int Units = 5_000;
    private const long Price = 5_000;
    private const int ClaimSeconds = 60;
    private const int PaySeconds = 10;
    private const int PresenceSeconds = 10;

    /// <summary>Sold between two steps at the least, by whatever runs then.</summary>
    private const int SoldAtEachStep = 2;

    /// <summary>More than are admitted, so that there is a line; and at once, so that a slow machine's does not grow.</summary>
    private static readonly TimeSpan s_betweenComers = TimeSpan.FromMilliseconds(250);
    private const int MostShoppers = 40;

    private readonly ConcurrentQueue<Exchange> _wrong = new();
    private readonly History _history = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly DateTimeOffset _zero = TimeProvider.System.GetUtcNow();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invariant7_The_version_before_and_this_one_sell_one_sale_together_in_both_directions()
    {
        await using var system = await StartAsync();
        using var operators = system.Edges.NewClient();
        operators.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", system.Secrets.AdminKey);
        await SetAsync(operators, admitPerSecond: 3);
        var ledger = new LedgerRows(system.MySql, Sale);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(over.Token);
        var crowd = CrowdAsync(system.Edges, enough.Token, over.Token);
        try
        {
            await SellsAsync(system, ledger);
            await ExchangeAsync(system, operators, ledger, Old, New);
            await ExchangeAsync(system, operators, ledger, New, Old);
            await enough.CancelAsync();
            await SetAsync(operators, admitPerSecond: 200);
            await WaitFor.TrueAsync(async () => crowd.IsCompleted && (await ledger.CountAsync(Cancel)).Open == 0, "all is final");
        }
        finally
        {
            await over.CancelAsync();
            await crowd;
        }

        var violations = await ViolationsAsync(system, ledger);
        Assert.True(violations.Count == 0, string.Join('\n', violations.Concat(_history.ToldBefore(violations))));
        Assert.True(_wrong.IsEmpty, string.Join('\n', _wrong.CountBy(answer => (answer.Status, answer.Problem))));
    }

    /// <summary>One service after the other, each beside the one that it takes over from, and then without it.</summary>
    private static async Task ExchangeAsync(TwoVersions system, HttpClient operators, LedgerRows ledger, int from, int to)
    {
        // Upwards the checkouts first, back in the opposite order, as docs/operations.md says.
        (Func<int, Task> Start, Func<int, Task> Stop)[] upwards =
        [
            (system.StartCheckoutAsync, system.StopCheckoutAsync),
            (system.StartWaitingRoomAsync, system.StopWaitingRoomAsync),
            (system.StartEdgeAsync, system.StopEdgeAsync),
        ];
        foreach (var (start, stop) in to == New ? upwards : upwards.Reverse())
        {
            await start(to);
            await SellsAsync(system, ledger);
            if (stop == system.StopEdgeAsync && to == Old) await WithoutTurnsAsync(operators, () => stop(from));
            else await stop(from);
            await SellsAsync(system, ledger);
        }
    }

    /// <summary>
    /// While no turn is open: an edge of the version before goes by its own board when it refuses a claim, which may be older than
    /// the one from which the edge that is taken away has told a shopper of the turn.
    /// </summary>
    private static async Task WithoutTurnsAsync(HttpClient operators, Func<Task> act)
    {
        await PauseAsync(operators, true);
        await WaitFor.TrueAsync(async () =>
            (await operators.GetFromJsonAsync<JsonElement>($"/admin/sales/{Sale}", Cancel)).GetProperty("line") is
            { ValueKind: JsonValueKind.Object } line && line.GetProperty("stoppedBecause").GetString() == "paused"
            && line.GetProperty("admitted").GetInt32() == 0, "no turn is open");
        await act();
        await PauseAsync(operators, false);
    }

    private static async Task PauseAsync(HttpClient operators, bool paused) =>
        (await operators.PatchAsJsonAsync($"/admin/sales/{Sale}", new { paused }, Cancel)).EnsureSuccessStatusCode();

    private static async Task SetAsync(HttpClient operators, int admitPerSecond) =>
        (await operators.PutAsJsonAsync($"/admin/sales/{Sale}", new
        {
            name = "A phone",
            inventory = Units,
            price = new { amount = Price, currency = "usd" },
            admitPerSecond,
            claimSeconds = ClaimSeconds,
            paySeconds = PaySeconds,
            presenceSeconds = PresenceSeconds,
            graceSeconds = 1,
        }, Cancel)).EnsureSuccessStatusCode();

    private static async Task SellsAsync(TwoVersions system, LedgerRows ledger)
    {
        var before = (await ledger.CountAsync(Cancel)).Sold;
        await WaitFor.TrueAsync(async () =>
        {
            system.RequireAlive();
            return (await ledger.CountAsync(Cancel)).Sold >= before + SoldAtEachStep;
        }, $"the sale goes on with {system}");
    }

    /// <summary>Comes until there are enough, and ends when all are through or it is over.</summary>
    private async Task CrowdAsync(LoadBalancer edges, CancellationToken enough, CancellationToken over)
    {
        var journeys = new List<Task>();
        while (!enough.IsCancellationRequested)
        {
            if (journeys.Count(journey => !journey.IsCompleted) < MostShoppers)
            {
                var client = new Shopper(edges.NewClient(), Sale) { Heard = Heard };
                journeys.Add(new ChaosShopper(client, WishOf(journeys.Count), 0, _history, _clock).RunAsync(over));
            }
            await Task.Delay(s_betweenComers, enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(journeys);
    }

    /// <summary>Those who never pay come first, so that their time is over under another version than their cart is of.</summary>
    private static Wish WishOf(int comer) => comer switch
    {
        < 4 => Wish.NeverPay,
        _ => (comer % 8) switch { 0 => Wish.GiveBack, 1 => Wish.Leave, 2 => Wish.BuyWithASecondCard, _ => Wish.Buy },
    };

    /// <summary>No answer, or a fault. To be asked to come back in a moment is an answer.</summary>
    private void Heard(Exchange answer)
    {
        if (answer is { Status: 0 or >= 500 } and not { Status: 503, Problem: "unavailable" }) _wrong.Enqueue(answer);
    }

    private async Task<IReadOnlyList<string>> ViolationsAsync(TwoVersions system, LedgerRows ledger)
    {
        using var http = new HttpClient();
        var provider = await ProviderLedger.ReadAsync(http, system.SimulatorUrl, Sale, Cancel);
        return Checker.Check(new Evidence(
            Units, Price, _history.Events, await ledger.ReadAsync(Cancel), provider, ClaimSeconds, PresenceSeconds)
        {
            PaySeconds = PaySeconds,
            ClockZero = _zero,
        });
    }
}
