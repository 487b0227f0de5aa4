using System.Globalization;

using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>What the edges run: join.lua, leave.lua, report.lua; status.lua has a file of its own.</summary>
public sealed partial class RedisModel
{
    private RedisResult Join(RedisKey[] keys, RedisValue[] values)
    {
        var line = Of<LineHash>(keys[0]);
        if (!line.IsOpen(RunId) || line.Epoch != (long)values[0]) return False;
        var pasts = (keys.Length - 6) / 2;
        if (pasts < 12 && line.Past.Count(':') > pasts) return False;
        // The rank of a new number is known, and so whether it is within the horizon, unless a shuffle is
        // to come.
        var seenTo = line is { Order: "shuffle", Shuffled: null } ? 0 : line.Head + (long)values[1];
        var (given, shoppers, present) = (line.Next, Of<ShopperHash>(keys[4]), Of<PresentHash>(keys[1]));
        var (again, pace) = (Of<AgainKey>(keys[3]), (long)values[2]);

        var answers = new RedisValue[(int)values[3]];
        if (answers.Length == 0) throw new RedisException("ERR wrong number of arguments for 'hmget'");
        _fresh.Clear();
        _again.Clear();
        for (var i = 0; i < answers.Length; i++)
        {
            var field = Bytes(values[i + 4]);
            if (_fresh.TryGetValue(field, out var own))
            {
                answers[i] = own * 64;
                continue;
            }

            var (alive, ended) = Find(keys, field);
            var before = ended > 0 ? again.At(field) : null;
            var isPaid = ended == (long)values[4 + answers.Length + i];
            if (alive is null && isPaid && before <= NowMs && before + pace > NowMs) alive = NowMs - before - pace;
            if (alive is not null || !isPaid)
            {
                answers[i] = alive ?? ended * 64 + 3;
                continue;
            }

            if (ended > 0) _again.Add(field);
            _fresh.Add(field, ++given);
            answers[i] = given * 64 + 1;
        }

        foreach (var (field, number) in _fresh)
        {
            shoppers.Fields[field] = number;
            if (number <= seenTo) present.Fields[Field(line.Epoch, number)] = (NowMs, 0);
        }

        if (_again.Count > 0) again.RemoveUpTo(NowMs - pace);
        foreach (var field in _again) again.Set(field, NowMs);
        line.Next = given;
        return RedisResult.Create(answers);
    }

    /// <summary>
    /// The place that a shopper has in one of the epochs, as it is answered; null when none is alive. And the first that has
    /// ended, or 0.
    /// </summary>
    private (long? Alive, long Ended) Find(RedisKey[] keys, string field)
    {
        var ended = 0L;
        for (var e = 0; e < (keys.Length - 4) / 2; e++)
        {
            if (!Of<ShopperHash>(keys[4 + 2 * e]).Fields.TryGetValue(field, out var number)) continue;
            var places = Of<PlacesKey>(keys[5 + 2 * e]);
            var state = places.Get(number);
            if (state == 2 && Of<AdmissionHash>(keys[2]).Fields
                .ContainsKey(Field(EpochOf(keys[4 + 2 * e]), number)))
                places.Set(number, state = 0);
            if (state is 0 or 3) return (number * 64 + e * 4, ended);
            if (state == 5) return (number * 64 + e * 4 + 2, ended);
            if (ended == 0) ended = number;
        }

        return (null, ended);
    }

    private RedisResult Leave(RedisKey[] keys, RedisValue[] values)
    {
        if (Of<LineHash>(keys[0]) is var line && (!line.IsOpen(RunId) || line.Epoch != (long)values[5])) return False;
        var (field, number, places) = (Text(values[0]), (long)values[1], Of<PlacesKey>(keys[6]));
        var state = places.Get(number);
        if (state != 0) return Integer(state);
        var admitted = Of<AdmissionHash>(keys[1]).Fields;
        if (admitted.TryGetValue(field, out var text) && !Admission.Parse(text).IsClaimed)
        {
            admitted.Remove(field);
            Of<ListKey>(keys[4]).Values.Add(field);
        }

        places.Set(number, 2);
        Of<CallsKey>(keys[8]).Add(field, NowMs, CallKind.Left);
        if (values[4] != "") Of<BitsKey>(keys[7]).SetBit((long)values[4]);
        Of<ShopperHash>(keys[5]).Fields.TryAdd(Bytes(values[3]), number);
        Of<ReturningKey>(keys[2]).Remove(Text(values[2]));
        Of<PresentHash>(keys[3]).Fields.Remove(field);
        return Zero;
    }

    private RedisResult Alive(RedisKey[] keys, RedisValue[] values)
    {
        var line = Of<LineHash>(keys[0]);
        if (!line.IsOpen(RunId) || line.Epoch != (long)values[0]) return Zero;
        Of<BitsKey>(keys[1]).SetRange((long)values[1], (byte[])values[2]!);
        return One;
    }

    private RedisResult Count(RedisKey[] keys, RedisValue[] values) => RedisResult.Create(
        [.. keys.Select(key => Bulk(Of<BitsKey>(key).From((long)values[0])))]);

    private RedisResult Report(RedisKey[] keys, RedisValue[] values)
    {
        var line = Of<LineHash>(keys[0]);
        if (!line.IsOpen(RunId) || line.Epoch != (long)values[0]) return Zero;
        var present = Of<PresentHash>(keys[1]);
        for (var i = 3; i < values.Length; i += 3)
            present.Note(Text(values[i]), NowMs - (long)values[i + 1], (long)values[i + 2]);

        Of<EdgeHash>(keys[2]).Fields[Text(values[1])] = (NowMs, $"{NowMs} {Text(values[2])}");
        return One;
    }

    /// <summary>The epoch is the digits that a key of shoppers ends with.</summary>
    private static long EpochOf(RedisKey shoppers)
    {
        var name = NameOf(shoppers);
        var from = name.Length;
        while (from > 0 && char.IsAsciiDigit(name[from - 1])) from--;
        return long.Parse(name.AsSpan(from), CultureInfo.InvariantCulture);
    }

    /// <summary>A place as a field: epoch and number, 8 hex digits each.</summary>
    private static string Field(long epoch, long number) =>
        string.Create(16, (epoch, number), static (text, place) =>
        {
            WriteHex(text[..8], place.epoch);
            WriteHex(text[8..], place.number);
        });

    private static void WriteHex(Span<char> text, long value)
    {
        var rest = checked((uint)value);
        for (var i = 7; i >= 0; i--, rest >>= 4) text[i] = "0123456789abcdef"[(int)(rest & 15)];
    }
}
