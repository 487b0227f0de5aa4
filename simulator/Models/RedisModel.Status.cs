using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.Simulator.Models;

/// <summary>What status.lua means.</summary>
public sealed partial class RedisModel
{
    private RedisResult Status(RedisKey[] keys, RedisValue[] values)
    {
        var line = Of<LineHash>(keys[0]);
        if (!line.IsOpen(RunId) || line.Epoch != (long)values[0]) return False;
        var tickets = new Tickets(this, keys, line.Epoch, (long)values[1]);
        // An epoch that this Redis has forgotten is one that the ticket proves.
        if (!tickets.AreCurrent && !Knows(line.Past, Text(values[1])))
            line.Past = $"{Text(values[1])}:- {line.Past}";

        var answers = new RedisValue[2 * ((values.Length - 2) / 4)];
        for (var i = 0; i < answers.Length / 2; i++)
        {
            var (state, value) = tickets.Tell(
                line, (long)values[2 + 4 * i], (long)values[3 + 4 * i], values[4 + 4 * i], (long)values[5 + 4 * i]);
            (answers[2 * i], answers[2 * i + 1]) = (state, value);
        }

        return RedisResult.Create(answers);
    }

    /// <summary>One of past epochs ("epoch:shuffled epoch:shuffled …") is this one.</summary>
    private static bool Knows(string past, string epoch)
    {
        for (var at = past.IndexOf(epoch, StringComparison.Ordinal); at >= 0;
            at = past.IndexOf(epoch, at + 1, StringComparison.Ordinal))
        {
            var end = at + epoch.Length;
            if ((at == 0 || past[at - 1] == ' ') && end < past.Length && past[end] == ':') return true;
        }

        return false;
    }

    /// <summary>The tickets of one epoch, asked about in one call.</summary>
    private readonly struct Tickets(RedisModel redis, RedisKey[] keys, long current, long epoch)
    {
        private readonly AdmissionHash _admitted = redis.Of<AdmissionHash>(keys[1]);
        private readonly ShopperHash _shoppers = redis.Of<ShopperHash>(keys[4]);
        private readonly PlacesKey _places = redis.Of<PlacesKey>(keys[5]);
        private readonly CallsKey _calls = redis.Of<CallsKey>(keys[8]);

        public bool AreCurrent => current == epoch;

        public (int State, long Value) Tell(LineHash line, long number, long rank, in RedisValue shopper, long told)
        {
            var state = _places.Get(number);
            if (state != 0) return (state, 0);
            var field = Field(epoch, number);
            if (_admitted.Fields.TryGetValue(field, out var admitted))
                return (6, Admission.Parse(admitted).RedeemBy);
            var present = redis.Of<PresentHash>(keys[3]);
            if (AreCurrent && rank > line.Head)
            {
                if (told != 0) present.Note(field, redis.NowMs, told);
                return (0, rank - line.Head - 1);
            }

            if (!Owns(Bytes(shopper), number))
            {
                GiveUp(_places, epoch, number);
                return (2, 0);
            }

            present.Note(field, redis.NowMs, told);
            var (returning, member) = (redis.Of<ReturningKey>(keys[2]), Member(epoch, rank, number));
            if (returning.TryAdd(member)) _calls.Add(field, redis.NowMs, CallKind.Returned);
            return (0, returning.Add(member));
        }

        private void GiveUp(PlacesKey places, long of, long number)
        {
            places.Set(number, 2);
            _calls.Add(Field(of, number), redis.NowMs, CallKind.Left);
        }

        /// <summary>One each: the place is the shopper's, if need be again.</summary>
        private bool Owns(string shopper, long number)
        {
            if (_shoppers.Fields.TryGetValue(shopper, out var own))
            {
                if (own == number) return true;
                var state = _places.Get(own);
                var lives = state is 3 or 5 || _admitted.Fields.ContainsKey(Field(epoch, own));
                if (lives || own > number) return false;
                if (state == 0) GiveUp(_places, epoch, own);
            }

            if (!AreCurrent && redis.Of<ShopperHash>(keys[6]).Fields.TryGetValue(shopper, out var newer))
            {
                var places = redis.Of<PlacesKey>(keys[7]);
                var state = places.Get(newer);
                if (state is 3 or 5 || _admitted.Fields.ContainsKey(Field(current, newer))) return false;
                if (state == 0) GiveUp(places, current, newer);
            }

            _shoppers.Fields[shopper] = number;
            return true;
        }
    }

    /// <summary>A member of returning: epoch, rank and number, 8 hex digits each.</summary>
    private static string Member(long epoch, long rank, long number) =>
        string.Create(24, (epoch, rank, number), static (text, place) =>
        {
            WriteHex(text[..8], place.epoch);
            WriteHex(text[8..16], place.rank);
            WriteHex(text[16..], place.number);
        });
}
