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
        if (line.Head != (long)values[3] || IsFenced(line, values[0])) return False;

        var (admitted, returning) = (Of<AdmissionHash>(keys[1]).Fields, Of<ReturningKey>(keys[2]));
        var (present, at) = (Of<PresentHash>(keys[3]).Fields, 8);
        var (dueBy, waits) = ((long)values[6], false);
        var results = new RedisResult[(long)values[7]];
        for (var i = 0; i < results.Length; i++, at += 5)
        {
            var (places, field) = (Of<PlacesKey>(keys[3 + (int)values[at]]), Text(values[at + 1]));
            var isAlive = places.Get((long)values[at + 2]) == 0;
            var isFree = isAlive && !admitted.ContainsKey(field);
            waits |= isFree && present.TryGetValue(field, out var seen) && seen.At + seen.Told > dueBy;
            if (isFree && waits)
            {
                returning.Add(Text(values[at + 3]));
                results[i] = Zero;
                continue;
            }

            results[i] = isAlive && admitted.TryAdd(field, Text(values[at + 4])) ? One : Zero;
            returning.Remove(Text(values[at + 3]));
            present.Remove(field);
        }

        var dropped = at + 1 + (int)values[at];
        for (at++; at < dropped; at++) returning.Remove(Text(values[at]));
        for (; at < values.Length; at++) present.Remove(Text(values[at]));
        (line.Fence, line.Head, line.Skipped) = ((long)values[0], (long)values[4], (long)values[5]);
        return RedisResult.Create(results);
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
                if (what == "miss") Miss(keys[5], places, field, number);
                if (what == "requeue") Of<ReturningKey>(keys[3]).Add(value);
            }
        }

        return One;
    }

    private void Miss(RedisKey missed, PlacesKey places, string field, long number)
    {
        places.Set(number, 1);
        Of<AdmissionHash>(missed).Fields[field] = "1";
    }

    /// <summary>The run that a leader knows; "" is a Cluster's.</summary>
    private bool IsThisRun(in RedisValue run) =>
        Text(run) is var known && (known.Length == 0 || known == RunId);

    /// <summary>A newer leader has been at this line.</summary>
    private static bool IsFenced(LineHash line, in RedisValue fence) =>
        line.Run is not null && line.Fence > (long)fence;
}
