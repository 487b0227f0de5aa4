using System.Diagnostics;
using System.Globalization;

using Dapper;

using FlashSale.LoadTest.Clients;

using MySqlConnector;

namespace FlashSale.LoadTest.Bench;

/// <summary>
/// Whole purchases a second, from joining to sold, beside two shops without a line: the same provider, the same database server
/// and the same client, by turns.
/// </summary>
public sealed class PurchaseBench(PurchaseTarget target, PurchaseSize size) : IDisposable
{
    /// <summary>The server purges and flushes what the round before has left.</summary>
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(1);

    private readonly EdgeClients _http = new(target.Edge.ToString(), target.Counter.ToString(), target.SkipLocked.ToString());
    private readonly HttpClient _provider = new() { BaseAddress = target.Provider };
    private readonly long[] _bought = new long[3];

    /// <summary>A row for each load.</summary>
    public async IAsyncEnumerable<PurchaseRow> RunAsync(IReadOnlyList<PurchaseLoad> loads)
    {
        ArgumentNullException.ThrowIfNull(loads);
        foreach (var shop in (int[])[1, 2])
            await SetAsync(_http[shop], $"/stock/{size.Stock}").ConfigureAwait(false);
        var buyers = new PurchaseBuyers(_http[0], target.Sale, loads.Max(load => load.AtOnce));
        Func<int, Task>[] sides =
        [
            buyers.BuyAsync, _ => PurchaseBuyers.BuyAsync(_http[1]), _ => PurchaseBuyers.BuyAsync(_http[2]),
        ];
        foreach (var load in loads)
        {
            await SetAsync(_provider, $"/latency/{load.ProviderMs}").ConfigureAwait(false);
            var rounds = sides.Select(_ => new List<PurchaseRound>()).ToArray();
            var warmUps = load == loads[0] ? size.WarmUps : 1;
            for (var round = -warmUps; round < size.Rounds; round++)
            {
                for (var turn = 0; turn < sides.Length; turn++)
                {
                    // Another order each time, so that none always runs on what the same other has left behind.
                    var side = (turn + round + warmUps) % sides.Length;
                    var measured = await RoundAsync(load, side, sides[side]).ConfigureAwait(false);
                    if (round >= 0) rounds[side].Add(measured);
                }
            }

            yield return new PurchaseRow(
                load, PurchaseRound.Sum(rounds[0]), PurchaseRound.Sum(rounds[1]), PurchaseRound.Sum(rounds[2]));
        }

        await CheckAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        _http.Dispose();
        _provider.Dispose();
    }

    private static async Task SetAsync(HttpClient http, string path)
    {
        using var answer = await http.PutAsync(path, null).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<PurchaseRound> RoundAsync(PurchaseLoad load, int side, Func<int, Task> buyAsync)
    {
        await Task.Delay(s_calm).ConfigureAwait(false);
        var (commits, processors) = (await CommitsAsync().ConfigureAwait(false), Processors());
        long bought = 0;
        var perSecond = await Paced.RateAsync(load.AtOnce, size.Round, async (buyer, _) =>
        {
            await buyAsync(buyer).ConfigureAwait(false);
            Interlocked.Increment(ref bought);
            return true;
        }).ConfigureAwait(false);
        var (after, used) = (await CommitsAsync().ConfigureAwait(false), Processors());
        _bought[side] += bought;
        return new PurchaseRound(
            perSecond, bought, after.Commits - commits.Commits, after.Flushes - commits.Flushes,
            used.ToDictionary(one => one.Key, one => one.Value - processors[one.Key]));
    }

    /// <summary>A figure counts only when what was bought is sold, and paid for once.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    private async Task CheckAsync()
    {
        await using var connection = new MySqlConnection(target.MySql);
        var sold = await connection.QueryFirstAsync<(long, long, long)>(
            """
            SELECT (SELECT COUNT(*) FROM reservations r JOIN sales s ON s.no = r.sale_no
                WHERE s.id = @sale AND r.order_number IS NOT NULL),
              (SELECT COUNT(*) FROM bench_counter_attempts WHERE stage = 10),
              (SELECT COUNT(*) FROM bench_skiplocked_attempts WHERE stage = 10)
            """, new { sale = target.Sale }).ConfigureAwait(false);
        var captured = long.Parse(
            await _provider.GetStringAsync("/captured").ConfigureAwait(false), CultureInfo.InvariantCulture);
        if (sold != (_bought[0], _bought[1], _bought[2]) || captured != _bought.Sum())
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"bought {string.Join(", ", _bought)}, but sold {sold} and captured {captured}"));
    }

    private async Task<(long? Commits, long? Flushes)> CommitsAsync()
    {
        await using var connection = new MySqlConnection(target.MySql);
        var counters = (await connection.QueryAsync<(string Name, string Value)>("SHOW GLOBAL STATUS LIKE 'Binlog_%commits'")
            .ConfigureAwait(false)).ToDictionary(
                one => one.Name, one => long.Parse(one.Value, CultureInfo.InvariantCulture), StringComparer.OrdinalIgnoreCase);
        return counters.TryGetValue("Binlog_commits", out var commits)
            && counters.TryGetValue("Binlog_group_commits", out var flushes) ? (commits, flushes) : (null, null);
    }

    private Dictionary<string, double> Processors() => target.Processes.ToDictionary(one => one.Key, one =>
    {
        using var process = Process.GetProcessById(one.Value);
        return process.TotalProcessorTime.TotalSeconds;
    });
}
