using System.Globalization;

using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>
/// What every waiting room runs, or is not about one line only: lease.lua, publish.lua, wake.lua, claim.lua.
/// </summary>
public sealed partial class RedisModel
{
    private const string BoardFence = "#fence", BoardAt = "#at";

    /// <summary>A room that was not heard of for so long is dead.</summary>
    private const long RoomLivesMs = 10_000;

    private RedisResult Lease(RedisKey[] keys, RedisValue[] values)
    {
        var (lease, room) = (Of<LeaseHash>(keys[0]), Text(values[0]));
        var (holder, fence, valid) = (lease.Holder ?? "", lease.Fence ?? 0, lease.Until ?? 0);
        var others = CountOthers(lease, room);
        lease.Rooms[room] = NowMs;
        if (IsSet(values[4]))
        {
            if (holder == room) lease.Until = 0;
            lease.Rooms.Remove(room);
            return Answer(0, 0);
        }

        var (seen, mine) = ((long)values[2], holder == room && valid >= NowMs);
        if (!mine && (valid >= NowMs || (holder.Length == 0 && !IsSet(values[3])))) return Answer(0, 0);
        var granted = !mine || fence < seen ? Math.Max(Math.Max(fence, seen) + 1, NowMs) : fence;
        // It goes on for the holder of before, even when that never heard how often it was granted a lease
        // meanwhile.
        var before = (long)values[5];
        var goesOn = holder.Length > 0
            ? holder == room && lease.Tenure == before
            : Text(values[6]) is var ifLost && (ifLost == "yes" || (ifLost == "alone" && others == 0));
        var tenure = goesOn && before != 0 ? before : granted;
        (lease.Holder, lease.Until) = (room, NowMs + (long)values[1]);
        (lease.Fence, lease.Tenure) = (granted, tenure);
        return Answer(granted, tenure);

        RedisResult Answer(long grantedFence, long grantedTenure) => RedisResult.Create(
        [
            Integer(grantedFence), Bulk(holder), Integer(fence), Bulk(IsCluster ? "" : RunId),
            Integer(others), Integer(grantedTenure),
        ]);
    }

    /// <summary>How many other rooms are alive; forgets those that are not.</summary>
    private int CountOthers(LeaseHash lease, string room)
    {
        var others = 0;
        foreach (var (other, at) in lease.Rooms)
        {
            if (other == room) continue;
            if (at > NowMs - RoomLivesMs) others++;
            else lease.Rooms.Remove(other);
        }

        return others;
    }

    private RedisResult Publish(RedisKey[] keys, RedisValue[] values)
    {
        var (board, awake) = (Of<BoardHash>(keys[0]).Fields, Of<BoardHash>(keys[1]).Fields);
        if (board.TryGetValue(BoardFence, out var highest) && (long)highest > (long)values[0])
            return RedisResult.Create([Integer((long)highest)]);
        (board[BoardFence], awake[BoardAt]) = (values[0], values[1]);
        for (var i = 2; i < values.Length; i += 3)
        {
            board[Text(values[i])] = values[i + 1];
            if (IsSet(values[i + 2])) awake.Remove(Text(values[i]));
            else awake[Text(values[i])] = values[i + 1];
        }

        var woken = Of<BoardHash>(keys[2]);
        var sales = woken.Fields.Keys.Order(StringComparer.Ordinal).Select(sale => (RedisValue)sale).ToArray();
        woken.Clear();
        return RedisResult.Create([Zero, Integer(board.Count - 1), BulkArray(sales)]);
    }

    private RedisResult Wake(RedisKey[] keys, RedisValue[] values)
    {
        Of<BoardHash>(keys[0]).Fields[Text(values[0])] = 1;
        return One;
    }

    private RedisResult Claim(RedisKey[] keys, RedisValue[] values)
    {
        if (!Of<LineHash>(keys[0]).IsOpen(RunId)) return False;
        var (field, state) = (Text(values[0]), Of<PlacesKey>(keys[3]).Get((long)values[1]));
        if (state == 3 && Of<AdmissionHash>(keys[2]).Fields.TryGetValue(field, out var held))
            return Answer(3, Admission.Parse(held));
        var admitted = Of<AdmissionHash>(keys[1]).Fields;
        if (state != 0 || !admitted.TryGetValue(field, out var text)) return Answer(state, default);
        var admission = Admission.Parse(text);
        if (admission.RedeemBy <= (long)values[2]) return Answer(1, default);
        if (!admission.IsClaimed)
            admitted[field] = $"{admission.Unit} {admission.RedeemBy} 1 {admission.Rank}";
        return Answer(6, admission);

        static RedisResult Answer(int told, Admission of) =>
            RedisResult.Create([Integer(told), Integer(of.Unit), Integer(of.RedeemBy)]);
    }

    /// <summary>What is kept of an admission: "unit redeemBy claimed rank".</summary>
    private readonly record struct Admission(long Unit, long RedeemBy, bool IsClaimed, long Rank)
    {
        public static Admission Parse(string text)
        {
            var rest = text.AsSpan();
            return new Admission(Next(ref rest), Next(ref rest), Next(ref rest) != 0, Next(ref rest));
        }

        private static long Next(ref ReadOnlySpan<char> rest)
        {
            var end = rest.IndexOf(' ');
            var number = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            return long.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture);
        }
    }
}
