using FlashSale.Contract;
using FlashSale.Simulator.Models;
using FlashSale.Simulator.Time;

namespace FlashSale.Simulator.World;

/// <summary>
/// The database and what a checkout does with it: statements that wait for each other's locks, commit after a while and
/// whose answers may be lost, the checkout's retries, the pulse and the sweep.
/// </summary>
internal sealed class SimulatedLedger
{
    /// <summary>As the checkout's <c>LedgerDatabase</c>: how long a statement waits for a lock, and how often it is tried.</summary>
    private const long LockWait = TimeSpan.TicksPerSecond;
    private const int MaxTries = 4;

    private const long LeastDelay = TimeSpan.TicksPerMillisecond / 5;
    private const long MostDelay = 5 * TimeSpan.TicksPerMillisecond;
    private const long Every = 200 * TimeSpan.TicksPerMillisecond;

    /// <summary>A connection attempt to a database that is away.</summary>
    private const long NoConnection = 2 * TimeSpan.TicksPerMillisecond;

    private readonly VirtualTime _time;
    private readonly Chance _chance;
    private readonly long _clockErrorMs;
    private readonly Witness _witness;
    private TaskCompletionSource _changed = new();
    private int _aways, _unanswered, _life;

    public SimulatedLedger(VirtualTime time, Chance chance, long clockErrorMs, Sale sale, Witness witness)
    {
        (_time, _chance, _clockErrorMs, _witness) = (time, chance, clockErrorMs, witness);
        Data = new LedgerModel(sale, Now);
        witness.SaleIs(Data.Sale);
    }

    public LedgerModel Data { get; private set; }

    public DateTimeOffset Now =>
        new(Scenario.Epoch.UtcTicks + _time.Now + _clockErrorMs * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);

    public bool IsAway => _aways > 0;

    /// <summary>What every statement takes in addition, in ticks.</summary>
    public long Slowness { get; set; }

    /// <summary>Until then nothing commits: ticks of true time.</summary>
    public long CommitsAfter { get; set; }

    /// <summary>Called when a change has committed of which the waiting rooms shall hear.</summary>
    public Action? Poke { get; set; }

    public long Hop() => _chance.Delay(LeastDelay, MostDelay);

    public void GoAway()
    {
        _aways++;
        _life++;
    }

    public void ComeBack() => _aways--;

    public void LoseAnswers(bool lost) => _unanswered += lost ? 1 : -1;

    /// <summary>It is put back to what it held; what had begun is lost.</summary>
    public void Restore(LedgerModel copy, long copiedAtMs, int factsThen)
    {
        _life++;
        Data = copy;
        Changed();
        _witness.Restored(copiedAtMs, factsThen, Data.Sale);
    }

    /// <summary>Keeps the pulse young and sweeps, as every checkout does.</summary>
    public void Start()
    {
        _time.Start(async () =>
        {
            while (true)
            {
                await RunAsync((data, now) => data.Beat(now), 1);
                await _time.DelayAsync(Every);
            }
        });
        _time.Start(async () =>
        {
            while (true)
            {
                await _time.DelayAsync(Every);
                await SweepAsync();
            }
        });
    }

    /// <summary>Runs a statement, as often as the checkout would; null when it cannot say what became of it.</summary>
    public async Task<T?> RunAsync<T>(
        Func<LedgerModel, DateTimeOffset, LedgerStatement<T>> statement, int tries = MaxTries) where T : class
    {
        for (var attempt = 1; attempt <= tries; attempt++)
        {
            if (attempt > 1) await _time.DelayAsync(_chance.Between(2, 10 << attempt) * TimeSpan.TicksPerMillisecond);
            if (await RunOnceAsync(statement) is { } outcome) return outcome;
        }

        return null;
    }

    private async Task<T?> RunOnceAsync<T>(Func<LedgerModel, DateTimeOffset, LedgerStatement<T>> statement) where T : class
    {
        if (IsAway)
        {
            await _time.DelayAsync(NoConnection);
            return null;
        }

        var life = _life;
        await _time.DelayAsync(Hop() + Slowness);
        if (life != _life) return null;
        var (data, now, waitsUntil) = (Data, Now, _time.Now + LockWait);
        var done = statement(data, now);
        while (done.Waits)
        {
            if (_time.Now >= waitsUntil) return null;
            await WaitForChangeAsync(waitsUntil);
            if (life != _life) return null;
            done = statement(data, now);
        }

        if (done.Change is { } change)
        {
            await _time.DelayAsync(Hop() + Math.Max(Slowness, CommitsAfter - _time.Now));
            if (data != Data) return null;
            // A connection that was cut before the answer: the change had arrived, or it had not.
            if (life == _life || _chance.Happens(0.5)) Commit(change);
            else data.RollBack(change);
            Changed();
        }

        await _time.DelayAsync(Hop());
        return _unanswered > 0 || life != _life ? null : done.Outcome;
    }

    /// <summary>What a checkout answers to a waiting room; null when it cannot.</summary>
    public async Task<LedgerSnapshot?> PullAsync(DateTimeOffset? since, bool sums, string? revision)
    {
        await _time.DelayAsync(Hop() + Slowness);
        var snapshot = IsAway ? null : Data.Pull(Now, since, sums, revision);
        await _time.DelayAsync(Hop());
        return snapshot;
    }

    private void Commit(LedgerChange change)
    {
        Data.Commit(change);
        _witness.Committed(change);
    }

    private async Task SweepAsync()
    {
        if (IsAway) return;
        var (due, at) = Data.Due(Now);
        var released = false;
        foreach (var id in due)
            released |= await RunAsync((data, now) => data.Expire(now, id, at)) is StepOutcome.Done;
        if (released) Poke?.Invoke();
    }

    private void Changed()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource();
        changed.SetResult();
    }

    private Task<Task> WaitForChangeAsync(long until) =>
        Task.WhenAny(_changed.Task, _time.DelayAsync(until - _time.Now));
}
