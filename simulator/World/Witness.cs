using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Simulator.Models;
using FlashSale.Simulator.Time;
using StackExchange.Redis;

namespace FlashSale.Simulator.World;

/// <summary>Sees what Redis and the ledger have truly done, and tells it.</summary>
internal sealed class Witness(VirtualTime time)
{
    /// <summary>Of <c>admit.lua</c>'s arguments: members to drop, how many steps, and those of each.</summary>
    private const int FirstDropped = 10, AdmissionValues = 5, PassedValues = 2;

    /// <summary>Of <c>settle.lua</c>'s arguments: fence and run, then four for each.</summary>
    private const int FirstSettlement = 2, SettlementValues = 4;

    /// <summary>Of <c>join.lua</c>'s arguments: epoch, horizon, pace and how many, and a shopper for each.</summary>
    private const int FirstJoin = 4;

    private readonly List<Fact> _facts = new(512);
    private readonly HashSet<(Place, int Unit, long RedeemBy)> _admitted = [];

    /// <summary>The epoch whose order was last told of, and whether there is another since.</summary>
    private uint _fixedEpoch;
    private bool _isNewEpoch = true;
    private bool _begunFixed;
    private Sale? _sale;

    public IReadOnlyList<Fact> Facts => _facts;

    public long Now => time.NowMs;

    public void Tell(Fact fact) => _facts.Add(fact);

    public void Ran(RedisConnection from, Script script, RedisValue[] values, RedisResult result)
    {
        if (result.IsNull) return;
        if (script == Script.Admit) Admitted(from, values, result);
        else if (script == Script.Settle && (int)result == 1) Settled(from, values);
        else if (script == Script.Join) Joined(values, result);
        else if (script == Script.Look) Looked(values, result);
        else if (script == Script.Begin && (int)result == 1) _begunFixed = values[7] != "";
        else if (script == Script.Open && (int)result == 1) Opened((uint)values[2]);
    }

    public void SaleIs(Sale sale)
    {
        if (sale == _sale) return;
        _sale = sale;
        Tell(new Fact.SaleChanged(Now, sale));
    }

    public void Committed(LedgerChange change)
    {
        foreach (var row in change.Rows)
            Tell(new Fact.Committed(Now, row.Unit, Names.Of(row.Shopper), row.Admission, row.Shown));
        if (change.Sale is { } sale) SaleIs(sale);
    }

    public void Restored(long copiedAtMs, int factsThen, Sale sale)
    {
        Tell(new Fact.LedgerRestored(Now, copiedAtMs) { FactsThen = factsThen });
        SaleIs(sale);
    }

    private void Admitted(RedisConnection from, RedisValue[] values, RedisResult result)
    {
        var at = FirstDropped + (int)values[FirstDropped - 1] + 1;
        for (var i = 0; i < result.Length;)
        {
            if (values[at] == 0)
            {
                at += PassedValues;
                continue;
            }

            if ((int)result[i++] == 1)
                Admitted(from, AdmittedPlace.Parse(LineKeys.ParseField(values[at + 1]!), values[at + 4]!), (long)values[0]);
            at += AdmissionValues;
        }
    }

    /// <summary>A line is rebuilt with what its leader has promised, which Redis may never have run.</summary>
    private void Settled(RedisConnection from, RedisValue[] values)
    {
        for (var at = FirstSettlement; at < values.Length; at += SettlementValues)
        {
            if (values[at] != "admit") continue;
            var admission = AdmittedPlace.Parse(LineKeys.ParseField(values[at + 1]!), values[at + 3]!);
            if (!_admitted.Contains((admission.Place, admission.Unit, admission.RedeemBy)))
                Admitted(from, admission, (long)values[0], isRebuilt: true);
        }
    }

    private void Admitted(RedisConnection from, AdmittedPlace admission, long fence, bool isRebuilt = false)
    {
        _admitted.Add((admission.Place, admission.Unit, admission.RedeemBy));
        Tell(new Fact.Admitted(
            Now, admission.Place, admission.Rank, admission.Unit, admission.RedeemBy, from.Number, fence)
        {
            IsRebuilt = isRebuilt,
        });
    }

    private void Joined(RedisValue[] values, RedisResult result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            var code = (long)result[i];
            if (code > 0 && (code & 3) == 1)
                Tell(new Fact.PlaceGiven(Now, Names.OfField((byte[])values[FirstJoin + i]!), new Place((uint)values[0], (uint)(code >> 6))));
        }
    }

    /// <summary>The first look after the start fixes the order.</summary>
    private void Looked(RedisValue[] values, RedisResult result)
    {
        if (!_isNewEpoch || values[5] != 1 || (string?)result[0] != "ok") return;
        var line = result[1].ToDictionary();
        OrderIs((uint)(long)line["epoch"], (long)line["shuffled"]);
    }

    private void Opened(uint epoch)
    {
        Tell(new Fact.EpochBegan(Now, epoch));
        _isNewEpoch = true;
        if (_begunFixed) OrderIs(epoch, 0);
    }

    private void OrderIs(uint epoch, long count)
    {
        _isNewEpoch = false;
        if (epoch == _fixedEpoch) return;
        _fixedEpoch = epoch;
        Tell(new Fact.OrderFixed(Now, epoch, count));
    }
}
