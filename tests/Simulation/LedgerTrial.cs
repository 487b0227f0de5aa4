using System.Diagnostics;
using System.Globalization;

using FlashSale.Checkout.Sales;
using FlashSale.Contract;
using FlashSale.Simulator;
using FlashSale.Simulator.Models;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// One sequence of operations on the model and on two sessions of the database, compared after each.
/// </summary>
/// <param name="one">Commits by itself.</param>
/// <param name="other">Commits when it is told to: what it does overlaps with the other's.</param>
/// <param name="spoil">SQL that a test does to the database behind the model's back, to be found.</param>
internal sealed class LedgerTrial(
    int seed, LedgerSide one, LedgerSide other, LedgerTally tally, string? spoil = null)
{
    /// <summary>Begins long after the database's own clock, which nothing may follow.</summary>
    private static readonly DateTimeOffset s_begin = Scenario.Epoch;

    /// <summary>Far longer than a statement of another test waits for a row.</summary>
    private static readonly TimeSpan s_surely = TimeSpan.FromMilliseconds(100);
    private static readonly string[] s_tables = ["reservations", "ledger_outages", "ledger_pulse", "sales"];

    private readonly Random _random = new(seed);
    private readonly LedgerText _texts = new();
    private readonly List<string> _trace = [];
    private readonly List<DateTimeOffset> _pulls = [];
    private DateTimeOffset _now;
    private LedgerModel _model = null!;
    private LedgerOperations _operations = null!;
    private (LedgerModel Model, string Text)? _saved;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>An empty ledger with settings of its own.</summary>
    public async Task BeginAsync(SaleId sale)
    {
        _now = s_begin.AddMilliseconds(_random.Next(1000));
        await other.RunAsync("ROLLBACK"); // Of a sequence that ended in a difference.
        await one.SetClockAsync(_now);
        var inventory = _random.Next(1, 13);
        await one.RunAsync(string.Create(CultureInfo.InvariantCulture, $"""
            DELETE FROM reservations; DELETE FROM ledger_outages;
            UPDATE ledger_pulse SET beat_at = UTC_TIMESTAMP(3);
            UPDATE sales SET inventory = {inventory}, max_unit = {inventory}, ends_at = NULL, paused = 0,
              starts_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR,
              queue_opens_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR,
              claim_seconds = {_random.Next(1, 8)}, pay_seconds = {_random.Next(1, 8)},
              grace_seconds = {_random.Next(1, 4)}, revision = {_random.NextInt64(_now.ToUnixTimeMilliseconds())}
            """));
        var catalog = await one.Get<SaleCatalog>().ReadAsync(Cancel);
        var revision = long.Parse(catalog.SalesRevision.Split('-')[1], CultureInfo.InvariantCulture);
        _model = new LedgerModel(catalog.Sales[sale].Sale, _now, LedgerSide.MaxOutage, revision);
        _operations = new LedgerOperations(_random, catalog.Sales[sale], _texts);
        await CompareAsync("the beginning");
    }

    /// <summary>Some time passes, and one or two operations are done.</summary>
    public async Task StepAsync()
    {
        await PassTimeAsync();
        var chance = _random.Next(1000);
        if (chance < 40) await OverlapAsync();
        else if (chance < 50) await SaveAsync();
        else if (chance < 60 && _saved is not null) await RestoreAsync();
        else if (_model.IsOut(_now) && chance < 300) await PlayAsync(LedgerOperations.Beat());
        else await PlayAsync(_operations.Next(_model, _now));
    }

    private async Task PlayAsync(LedgerOperation operation)
    {
        Trace(operation.Text);
        var (outcome, change) = operation.Model(_model, _now);
        Same(operation, outcome, await operation.Real(one));
        _model.Commit(change);
        await CompareAsync(operation.Text);
    }

    /// <summary>
    /// One session does something and does not commit; another meets it. What the model lets wait must wait.
    /// More than that may: InnoDB also locks gaps, and the entries beside those it looks at.
    /// </summary>
    private async Task OverlapAsync()
    {
        await other.SetClockAsync(_now);
        var (first, outcome, change) = Writing();
        if (change is null) return;
        Trace($"without commit: {first.Text}");
        Same(first, outcome, await first.Real(other));
        await CompareAsync(first.Text);

        _now = _now.AddMilliseconds(_random.Next(500));
        await one.SetClockAsync(_now);
        var second = _model.IsOut(_now) && _random.Next(3) == 0 ? LedgerOperations.Beat()
            : _operations.Meeting(_model, _now, change.Rows[0]);
        var commits = _random.Next(4) > 0;
        Trace($"meanwhile: {second.Text}, then {(commits ? "commit" : "roll back")}");
        var (early, earlyChange) = second.Model(_model, _now);
        var real = second.Real(one);
        var waited = await WaitsAsync(real, surely: early is not null);
        if (early is null && !waited) Differ(second, "waits", await real);
        tally.AddOverlap(waited, asSaid: early is null);

        if (!waited) Same(second, early, await real);
        await other.RunAsync(commits ? "COMMIT" : "ROLLBACK");
        if (commits) _model.Commit(change);
        else _model.RollBack(change);
        // Who waited and has not written sees what the first has left.
        if (waited && earlyChange is null) (early, earlyChange) = second.Model(_model, _now);
        if (waited) Same(second, early, await real);
        _model.Commit(earlyChange);
        await CompareAsync(second.Text);
    }

    /// <summary>An operation that writes something, if one is found soon; the model has done it.</summary>
    private (LedgerOperation, string?, LedgerChange?) Writing()
    {
        for (var tries = 0; ; tries++)
        {
            var operation = _operations.Statement(_model, _now, near: null);
            var (outcome, change) = operation.Model(_model, _now);
            if (change is not null || tries == 20) return (operation, outcome, change);
        }
    }

    /// <summary>False when it has ended, true when a session of the server waits for a row.</summary>
    /// <param name="surely">It must wait for so long that it is no other test's session.</param>
    private async Task<bool> WaitsAsync(Task<string> real, bool surely)
    {
        for (long? since = null; !real.IsCompleted;)
        {
            if (await other.RowLockWaitsAsync() == 0) since = null;
            else if (real.IsCompleted) return false;
            else if (!surely) return true;
            else if (Stopwatch.GetElapsedTime(since ??= Stopwatch.GetTimestamp()) > s_surely) return true;
        }
        return false;
    }

    private async Task SaveAsync()
    {
        Trace("save");
        tally.Count("save");
        foreach (var table in s_tables)
        {
            await one.RunAsync(
                $"DROP TABLE IF EXISTS saved_{table}; CREATE TABLE saved_{table} AS SELECT * FROM {table}");
        }
        var copy = _model.Copy();
        _saved = (copy, copy.Dump());
    }

    /// <summary>As from a backup: nobody's clock goes back, and the pulse is as old as the rows.</summary>
    private async Task RestoreAsync()
    {
        Trace("restore");
        tally.Count("restore");
        foreach (var table in s_tables)
            await one.RunAsync($"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM saved_{table}");
        var (copy, text) = _saved!.Value;
        Assert.Equal(text, copy.Dump());
        _model = copy.Copy();
        await CompareAsync("restore");
    }

    /// <summary>
    /// Time passes: a little, or to a deadline, or to a millisecond beside it. Meanwhile the checkouts keep
    /// the pulse, unless the ledger is out.
    /// </summary>
    private async Task PassTimeAsync()
    {
        var wasOut = _model.IsOut(_now);
        var lost = _random.Next(60) == 0;
        var next = lost && _random.Next(2) == 0 ? _model.BeatAt.AddMilliseconds(2000 + _random.Next(-1, 2))
            : lost ? _now.AddMilliseconds(_random.Next(2000, 12_000))
            : _random.Next(4) > 0 ? _now.AddMilliseconds(_random.Next(400))
            : SomeDeadline().AddMilliseconds(_random.Next(-1, 2));
        if (next > _now) _now = next;
        await one.SetClockAsync(_now);
        if (wasOut || lost) return;
        while (_model.BeatAt <= _now.AddMilliseconds(-400))
        {
            var at = _model.BeatAt.AddSeconds(1) < _now ? _model.BeatAt.AddSeconds(1) : _now;
            _model.Commit(_model.Beat(at));
        }
        await one.RunAsync(
            $"UPDATE ledger_pulse SET beat_at = '{_model.BeatAt.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}'");
    }

    private DateTimeOffset SomeDeadline()
    {
        var sale = _model.Sale;
        var kept = sale.ClaimSeconds + sale.GraceSeconds + LedgerModel.OverlapSeconds;
        var near = _model.Rows
            .Select(row => row.IsHeld ? row.ReleaseAt : row.ChangedAt.AddSeconds(kept))
            .Concat(_operations.Deadlines()).Append(sale.EndsAt ?? default)
            .Where(time => time > _now && time < _now.AddSeconds(25)).ToList();
        return near.Count == 0 ? _now : near[_random.Next(near.Count)];
    }

    /// <summary>Every row, and what a pull of each kind tells.</summary>
    private async Task CompareAsync(string after)
    {
        tally.Comparisons++;
        if (spoil is not null) await one.RunAsync(spoil);
        var (mine, real) = (LedgerText.Of(_model), await _texts.ReadAsync(one, Cancel));
        if (!mine.SequenceEqual(real))
            Fail($"rows after {after}\n  model:    {Only(mine, real)}\n  database: {Only(real, mine)}");
        _pulls.Add(_now);
        foreach (var held in Enum.GetValues<HeldUnits>())
            await ComparePullAsync(Since(), held, after);
        await ComparePullAsync(null, HeldUnits.Changed, after);
    }

    private async Task ComparePullAsync(DateTimeOffset? since, HeldUnits held, string after)
    {
        var revision = _random.Next(3) == 0 ? null : _model.Revision;
        var mine = LedgerText.Of(_model.Pull(_now, since, held, revision));
        var real = LedgerText.Of(await one.PullAsync(since, held, revision));
        if (mine == real) return;
        Fail($"pull since {since:O}, {held}, after {after}\n  model:    {mine}\n  database: {real}");
    }

    /// <summary>A time from which a change has just, or just not, been told.</summary>
    private DateTimeOffset Since()
    {
        var rows = _model.Rows;
        return rows.Count == 0 || _random.Next(2) == 0
            ? _pulls[^Math.Min(_pulls.Count, 1 + _random.Next(40))]
            : rows.ElementAt(_random.Next(rows.Count)).ChangedAt.AddSeconds(LedgerModel.OverlapSeconds)
                .AddMilliseconds(_random.Next(-1, 2));
    }

    private void Same(LedgerOperation operation, string? mine, string real)
    {
        if (mine != real) Differ(operation, mine ?? "waits", real);
        tally.Add(operation, real);
    }

    private void Differ(LedgerOperation operation, string mine, string real) =>
        Fail($"{operation.Text}\n  model:    {mine}\n  database: {real}");

    private void Trace(string text) => _trace.Add(string.Create(
        CultureInfo.InvariantCulture, $"{(_now - s_begin).TotalSeconds,9:F3} {text}"));

    private void Fail(string what) => throw new LedgerDifferenceException(
        $"seed {seed}, operation {_trace.Count}: {what}\n"
        + $"{string.Join('\n', _trace.TakeLast(60))}\n{_model.Dump()}");

    private static string Only(List<string> these, List<string> those) =>
        string.Join("\n            ", these.Except(those).DefaultIfEmpty("(nothing)"));
}
