using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>
/// What the leading waiting room runs: begin.lua, open.lua, look.lua, admit.lua, settle.lua.
/// </summary>
public sealed partial class RedisModel
{
    private static readonly RedisResult s_absent = RedisResult.Create([Bulk("absent")]);
    private static readonly RedisResult s_fenced = Bulk("fenced");
    private static readonly RedisResult s_ok = Bulk("ok");

    private RedisResult Begin(RedisKey[] keys, RedisValue[] values)
    {
        var line = Of<LineHash>(keys[0]);
        if (!IsThisRun(values[1]) || line.IsOpen(RunId) || IsFenced(line, values[0])) return Zero;
        foreach (var name in keys)
            if (_keys.TryGetValue(NameOf(name), out var key)) key.Clear();

        (line.Run, line.IsBegun, line.Epoch, line.Fence) = (RunId, true, (long)values[2], (long)values[0]);
        (line.Next, line.Head, line.Skipped) = (0, 0, 0);
        (line.Past, line.Order) = (Text(values[3]), Text(values[6]));
        (line.RecoverUntil, line.BlockedUntil) = ((long)values[4], (long)values[5]);
        line.Shuffled = Text(values[7]).Length == 0 ? null : (long)values[7];
        return One;
    }

    private RedisResult Open(RedisKey[] keys, RedisValue[] values)
    {
        var line = Of<LineHash>(keys[0]);
        if (!IsThisRun(values[1]) || line.Run != RunId || !line.IsBegun) return Zero;
        if (line.Epoch != (long)values[2] || IsFenced(line, values[0])) return Zero;
        line.IsBegun = false;
        return One;
    }

    private RedisResult Look(RedisKey[] keys, RedisValue[] values)
    {
        var line = Of<LineHash>(keys[0]);
        if (line.Run is null) return s_absent;
        if (IsFenced(line, values[0])) return RedisResult.Create([s_fenced, Bulk(line.Fence)]);
        if (!line.IsOpen(RunId) || !IsThisRun(values[1])) return s_absent;

        line.Fence = (long)values[0];
        if (line.Shuffled is null)
        {
            line.Order = Text(values[4]);
            if (IsSet(values[5])) line.Shuffled = line.Order == "shuffle" ? line.Next : 0;
        }

        var (returning, present) = (Of<ReturningKey>(keys[1]), Of<PresentHash>(keys[2]));
        var (edges, freed) = (Of<EdgeHash>(keys[3]), Of<ListKey>(keys[4]));
        RedisResult[] answer =
        [
            s_ok, line.Answer(), Integer(NowMs), BulkArray(freed.Content()),
            Integer(returning.Count), BulkArray(returning.First((long)values[2])),
            IsSet(values[3]) ? BulkArray(present.Content()) : None, BulkArray(edges.Content()),
        ];
        freed.Clear();
        foreach (var (edge, (at, _)) in edges.Fields)
            if (at < NowMs - 60_000) edges.Fields.Remove(edge);
        return RedisResult.Create(answer);
    }

    private RedisResult Admit(RedisKey[] keys, RedisValue[] values)
    {
        var line = Of<LineHash>(keys[0]);
        if (!IsThisRun(values[1]) || !line.IsOpen(RunId) || line.Epoch != (long)values[2]) return False;
        if (line.Head != (long)values[3] || IsFenced(line, values[0]) || NowMs - (long)values[6] > 5000) return False;

        var (returning, present, calls) = (Of<ReturningKey>(keys[2]), Of<PresentHash>(keys[3]).Fields, Of<CallsKey>(keys[4]));
        var entries = new List<(string Key, CallKind What)>();
        bool IsHere(string field) => present.TryGetValue(field, out var seen) && seen.At >= (long)values[8];
        var dropped = 10 + (int)values[9];
        for (var i = 10; i < dropped; i++)
        {
            var member = Text(values[i]);
            if (!IsHere(FieldOf(member)) && returning.Remove(member)) entries.Add((member, CallKind.PassedOver));
        }

        var admitting = new Admitting(this, keys, (long)values[7], entries);
        var (results, at) = (new List<RedisResult>(), dropped + 1);
        for (var step = 0; step < (int)values[dropped]; step++)
        {
            if ((int)values[at] == 0)
            {
                var member = Text(values[at + 1]);
                entries.Add((member, CallKind.PassedOver));
                if (IsHere(FieldOf(member)) && returning.TryAdd(member)) entries.Add((member, CallKind.Returned));
                at += 2;
                continue;
            }

            results.Add(admitting.Admit(
                Of<PlacesKey>(keys[4 + (int)values[at]]), Text(values[at + 1]), (long)values[at + 2], Text(values[at + 3]),
                Text(values[at + 4])) ? One : Zero);
            at += 5;
        }

        for (; at < values.Length; at++)
            if (Text(values[at]) is var key && !IsHere(key)) present.Remove(key);
        foreach (var (key, what) in entries) calls.Add(key, NowMs, what);
        (line.Fence, line.Head, line.Skipped) = ((long)values[0], (long)values[4], (long)values[5]);
        return RedisResult.Create([.. results]);
    }

    /// <summary>The place's key in a member of returning.</summary>
    private static string FieldOf(string member) => LineKeys.Field(LineKeys.ParseMember(member).Place);

    /// <summary>The admissions of one call.</summary>
    private sealed class Admitting(RedisModel redis, RedisKey[] keys, long dueBy, List<(string Key, CallKind What)> entries)
    {
        private readonly Dictionary<string, string> _admitted = redis.Of<AdmissionHash>(keys[1]).Fields;
        private readonly ReturningKey _returning = redis.Of<ReturningKey>(keys[2]);
        private readonly Dictionary<string, (long At, long Told)> _present = redis.Of<PresentHash>(keys[3]).Fields;
        private bool _waits;

        public bool Admit(PlacesKey places, string field, long number, string member, string value)
        {
            var isFree = places.Get(number) == 0 && !_admitted.ContainsKey(field);
            _waits |= isFree && _present.TryGetValue(field, out var seen) && seen.At + seen.Told > dueBy;
            if (isFree && _waits)
            {
                if (_returning.TryAdd(member)) entries.AddRange([(field, CallKind.PassedOver), (field, CallKind.Returned)]);
                return false;
            }

            var wasBack = _returning.Remove(member);
            _present.Remove(field);
            if (isFree) _admitted[field] = value;
            if (isFree || wasBack) entries.Add((field, isFree ? CallKind.Called : CallKind.PassedOver));
            return isFree;
        }
    }

    private RedisResult Settle(RedisKey[] keys, RedisValue[] values)
    {
        var line = Of<LineHash>(keys[0]);
        if (!IsThisRun(values[1]) || line.Run != RunId || IsFenced(line, values[0])) return Zero;
        var (admitted, held) = (Of<AdmissionHash>(keys[1]).Fields, Of<AdmissionHash>(keys[2]).Fields);
        var places = Of<PlacesKey>(keys[4]);
        for (var i = 2; i < values.Length; i += 4)
        {
            var (what, field, number, value) =
                (Text(values[i]), Text(values[i + 1]), (long)values[i + 2], Text(values[i + 3]));
            if (what == "admit")
            {
                admitted[field] = value;
                continue;
            }

            admitted.Remove(field);
            if (what == "hold") held[field] = value;
            else held.Remove(field);
            var state = what switch { "hold" => 3, "sell" => 5, "release" => 4, _ => 0 };
            if (state != 0) places.Set(number, state);
            else if (places.Get(number) == 0)
            {
                if (what == "miss") Miss(keys, places, field, number);
                if (what == "requeue" && Of<ReturningKey>(keys[3]).TryAdd(value))
                    Of<CallsKey>(keys[6]).Add(field, NowMs, CallKind.Requeued);
            }
        }

        return One;
    }

    private void Miss(RedisKey[] keys, PlacesKey places, string field, long number)
    {
        places.Set(number, 1);
        Of<AdmissionHash>(keys[5]).Fields[field] = "1";
        Of<CallsKey>(keys[6]).Add(field, NowMs, CallKind.Missed);
    }

    /// <summary>The run that a leader knows; "" is a Cluster's.</summary>
    private bool IsThisRun(in RedisValue run) =>
        Text(run) is var known && (known.Length == 0 || known == RunId);

    /// <summary>A newer leader has been at this line.</summary>
    private static bool IsFenced(LineHash line, in RedisValue fence) =>
        line.Run is not null && line.Fence > (long)fence;
}
