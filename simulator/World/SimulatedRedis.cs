using FlashSale.Queue;
using FlashSale.Simulator.Models;
using FlashSale.Simulator.Time;

using StackExchange.Redis;

namespace FlashSale.Simulator.World;

/// <summary>
/// The one Redis of a run: what it holds, whether it is up, and how slow it is. Processes reach it by a
/// <see cref="RedisConnection"/>.
/// </summary>
internal sealed class SimulatedRedis
{
    private readonly VirtualTime _time;
    private readonly Chance _chance;
    private readonly Witness _witness;
    private long _clockErrorMs;
    private int _downs, _runs;
    private long _stalledUntil;

    public SimulatedRedis(VirtualTime time, Chance chance, long clockErrorMs, Witness witness)
    {
        (_time, _chance, _clockErrorMs, _witness) = (time, chance, clockErrorMs, witness);
        Data = new RedisModel();
        Restart(Data);
    }

    public RedisModel Data { get; private set; }

    public bool IsUp => _downs == 0;

    /// <summary>Grows with every end of the server: a connection to an earlier one is cut.</summary>
    public int Life { get; private set; }

    /// <summary>What every message takes in addition, each way, in ticks.</summary>
    public long Slowness { get; set; }

    /// <summary>How much longer a command waits before it is run: the server does nothing until then.</summary>
    public long Stall => Math.Max(0, _stalledUntil - _time.Now);

    public void StallFor(long ticks) => _stalledUntil = Math.Max(_stalledUntil, _time.Now + ticks);

    /// <summary>Runs a script now.</summary>
    public RedisResult Run(RedisConnection from, Script script, RedisKey[] keys, RedisValue[] values)
    {
        SetClock();
        var result = Data.Run(script, keys, values);
        _witness.Ran(from, script, values, result);
        return result;
    }

    public HashEntry[] Read(RedisKey hash)
    {
        SetClock();
        return Data.Read(hash);
    }

    /// <summary>The server ends: what was on its way to it gets no answer.</summary>
    public void GoDown()
    {
        _downs++;
        Life++;
    }

    /// <summary>It comes up again, unless something else keeps it down.</summary>
    /// <param name="with">What it holds then; null for what it held.</param>
    public void ComeUp(RedisModel? with = null)
    {
        _downs--;
        Restart(with ?? Data);
    }

    /// <summary>Another machine has taken over.</summary>
    public void MoveTo(RedisModel replica)
    {
        _clockErrorMs += _chance.Between(-200, 200);
        ComeUp(replica);
    }

    /// <summary>The lease is gone and everything else is there.</summary>
    public void LoseLease() => Data.Delete(LineKeys.Lease);

    private void Restart(RedisModel data)
    {
        Data = data;
        Data.RunId = $"{++_runs:x8}{_chance.NextBits():x16}{_chance.NextBits():x16}";
        SetClock();
    }

    private void SetClock() => Data.NowMs = Scenario.Epoch.ToUnixTimeMilliseconds() + _time.NowMs + _clockErrorMs;
}
