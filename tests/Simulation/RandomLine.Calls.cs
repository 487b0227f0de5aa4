using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.Tests.Simulation;

/// <summary>The calls of each script.</summary>
internal sealed partial class RandomLine
{
    private LineOperation.Call Join(LineFacts facts)
    {
        var keys = facts.Keys;
        List<uint> epochs = [facts.Epoch];
        // Mostly all that the line knows of.
        if (Chance(0.8)) epochs.AddRange(facts.PastEpochs);
        for (var n = _random.Next(4); n > 0; n--) epochs.Add(Epoch(facts));
        List<RedisValue> shoppers = [];
        // More than Redis keeps in a row: from there on a hash is a table.
        var isCrowd = Chance(0.01);
        for (var n = isCrowd ? 600 : Chance(0.02) ? 0 : 1 + _random.Next(4); n > 0; n--)
            shoppers.Add(isCrowd || Chance(0.1) ? Fresh(17) : One(_shoppers));
        var numbers = facts.Model.Read(keys.Shoppers(epochs[0])).ToDictionary(entry => entry.Name, entry => (long)entry.Value);
        return new(
            Script.Join,
            [
                keys.Line, keys.Present, keys.Admitted, keys.Again,
                .. epochs.Distinct().SelectMany(epoch => new[] { keys.Shoppers(epoch), keys.Places(epoch) }),
            ],
            [
                CurrentEpoch(facts), _random.Next(8), Chance(0.3) ? 0 : 60_000, shoppers.Count, .. shoppers,
                .. shoppers.Select(one => (RedisValue)After(numbers.GetValueOrDefault(one))),
            ]);
    }

    /// <summary>Mostly what gives the shopper another number, should the last have ended.</summary>
    private long After(long number) => _random.Next(8) switch
    {
        0 => Line.NoNumber,
        1 => _random.Next(12),
        _ => number,
    };

    private LineOperation.Call Status(LineFacts facts)
    {
        var (keys, current, epoch) = (facts.Keys, (uint)CurrentEpoch(facts), Epoch(facts));
        List<RedisValue> values = [(long)current, (long)epoch];
        for (var n = 1 + _random.Next(4); n > 0; n--)
        {
            var place = new Place(epoch, (uint)NumberOf(facts, epoch));
            values.AddRange([(long)place.Number, Rank(place), Shopper(facts, place), Chance(0.5) ? 0 : _random.Next(90_000)]);
        }

        return new(
            Script.Status,
            [
                keys.Line, keys.Admitted, keys.Returning, keys.Present,
                keys.Shoppers(epoch), keys.Places(epoch), keys.Shoppers(current), keys.Places(current), keys.Calls(current),
            ],
            [.. values]);
    }

    private LineOperation.Call Leave(LineFacts facts)
    {
        var (keys, place) = (facts.Keys, PlaceOf(facts));
        return new(
            Script.Leave,
            [
                keys.Line, keys.Admitted, keys.Returning, keys.Present, keys.Freed,
                keys.Shoppers(place.Epoch), keys.Places(place.Epoch), keys.Left(place.Epoch, Chance(0.5)), keys.Calls(facts.Epoch),
            ],
            [
                FieldOf(facts, place), (long)place.Number, LineKeys.Member(place, Rank(place)),
                Shopper(facts, place), Chance(0.2) ? "" : place.Number % 2_000, CurrentEpoch(facts),
            ]);
    }

    private LineOperation.Call Claim(LineFacts facts)
    {
        var (keys, place) = (facts.Keys, PlaceOf(facts));
        var admitted = facts.Model.Read(Chance(0.7) ? keys.Admitted : keys.Held);
        if (admitted.Length > 0 && Chance(0.7)) place = LineKeys.ParseField(One(admitted).Name!);
        return new(
            Script.Claim, [keys.Line, keys.Admitted, keys.Held, keys.Places(place.Epoch)],
            [FieldOf(facts, place), (long)place.Number, 1_000_000 + _random.Next(-8, 8)]);
    }

    private LineOperation.Call Report(LineFacts facts)
    {
        var keys = facts.Keys;
        List<RedisValue> values =
        [
            CurrentEpoch(facts), One(s_edges),
            $"{facts.Head + _random.Next(9)} {_random.Next(90)}.5 0 host/{_random.Next(99)} 0.1.0",
        ];
        for (var n = _random.Next(5); n > 0; n--)
            values.AddRange([FieldOf(facts, PlaceOf(facts)), _random.Next(-5_000, 30_000), _random.Next(60_000)]);
        return new(Script.Report, [keys.Line, keys.Present, keys.Edges], [.. values]);
    }

    private LineOperation.Call Alive(LineFacts facts) => new(
        Script.Alive, [facts.Keys.Line, facts.Keys.Alive(facts.Epoch, Chance(0.5), One(s_edges))],
        [CurrentEpoch(facts), _random.Next(9), Chance(0.1) ? Array.Empty<byte>() : Fresh(1 + _random.Next(9)), 100_000]);

    private LineOperation.Call Count(LineFacts facts)
    {
        var (keys, byRank) = (facts.Keys, Chance(0.5));
        return new(
            Script.Count,
            [keys.Left(facts.Epoch, byRank), .. s_edges.Take(_random.Next(4)).Select(edge => keys.Alive(facts.Epoch, byRank, edge))],
            [_random.Next(12)]);
    }

    private LineOperation.Call Look(LineFacts facts)
    {
        var keys = facts.Keys;
        return new(
            Script.Look, [keys.Line, keys.Returning, keys.Present, keys.Edges, keys.Freed],
            [
                Fence(facts), Run(facts), _random.Next(-1, 6), Chance(0.7),
                Chance(0.5) ? "shuffle" : "fifo", Chance(0.4),
            ]);
    }

    private LineOperation.Call Admit(LineFacts facts)
    {
        var keys = facts.Keys;
        List<Place> places = [];
        for (var n = _random.Next(4); n > 0; n--) places.Add(PlaceOf(facts));
        var epochs = places.Select(place => place.Epoch).Distinct().ToList();
        List<RedisValue> values =
        [
            Fence(facts), Run(facts), CurrentEpoch(facts), Chance(0.92) ? facts.Head : facts.Head + 1,
            facts.Head + _random.Next(3), _random.Next(9), facts.Model.NowMs - _random.Next(-1_000, 5_500),
            facts.Model.NowMs + _random.Next(-20_000, 90_000), facts.Model.NowMs - _random.Next(-1_000, 90_000),
        ];
        var dropped = _random.Next(3);
        values.Add(dropped);
        for (; dropped > 0; dropped--) values.Add(MemberOf(facts));

        var passed = _random.Next(3);
        values.Add(places.Count + passed);
        foreach (var place in places)
        {
            for (; passed > 0 && Chance(0.4); passed--) values.AddRange([0, MemberOf(facts)]);
            values.AddRange(
            [
                epochs.IndexOf(place.Epoch) + 1, FieldOf(facts, place), (long)place.Number,
                LineKeys.Member(place, Rank(place)), Admission(place),
            ]);
        }

        for (; passed > 0; passed--) values.AddRange([0, MemberOf(facts)]);
        for (var n = _random.Next(3); n > 0; n--) values.Add(FieldOf(facts, PlaceOf(facts)));
        return new(
            Script.Admit,
            [keys.Line, keys.Admitted, keys.Returning, keys.Present, keys.Calls(facts.Epoch), .. epochs.Select(keys.Places)],
            [.. values]);
    }

    private RedisValue MemberOf(LineFacts facts)
    {
        var place = PlaceOf(facts);
        return LineKeys.Member(place, Rank(place));
    }

    private LineOperation.Call Calls(LineFacts facts)
    {
        var from = _random.Next(4) * Call.Bytes;
        return new(Script.Calls, [facts.Keys.Calls(facts.Epoch)], [from, from + (1 + _random.Next(4)) * Call.Bytes - 1]);
    }

    private LineOperation.Call Settle(LineFacts facts)
    {
        var (keys, epoch) = (facts.Keys, Epoch(facts));
        List<RedisValue> values = [Fence(facts), Run(facts)];
        for (var n = 1 + _random.Next(3); n > 0; n--)
        {
            var place = new Place(epoch, (uint)NumberOf(facts, epoch));
            var what = One<string>(
                ["admit", "hold", "sell", "release", "miss", "requeue", Chance(0.1) ? "what" : "hold"]);
            values.AddRange(
            [
                what, FieldOf(facts, place), (long)place.Number,
                what switch
                {
                    "requeue" => LineKeys.Member(place, Rank(place)),
                    "admit" or "hold" => Admission(place),
                    _ => "",
                },
            ]);
        }

        return new(
            Script.Settle, [keys.Line, keys.Admitted, keys.Held, keys.Returning, keys.Places(epoch), keys.Missed, keys.Calls(facts.Epoch)],
            [.. values]);
    }

    private LineOperation.Call Begin(LineFacts facts)
    {
        var (keys, isFirst) = (facts.Keys, facts.Run is null && Chance(0.5));
        var epoch = isFirst || Chance(0.1) ? facts.Epoch : facts.Epoch + 1;
        var past = isFirst ? "" : $"{facts.Epoch}:{facts.Shuffled} {facts.Past}".TrimEnd();
        return new(
            Script.Begin,
            [keys.Line, keys.Admitted, keys.Held, keys.Returning, keys.Present, keys.Edges, keys.Freed, keys.Missed],
            [
                Fence(facts), Run(facts), (long)epoch, past, _random.Next(9), _random.Next(9),
                Chance(0.5) ? "shuffle" : "fifo", One<string>(["", "0", "3"]),
            ]);
    }

    private LineOperation.Call Open(LineFacts facts) =>
        new(Script.Open, [facts.Keys.Line], [Fence(facts), Run(facts), CurrentEpoch(facts)]);

    private LineOperation.Call Publish()
    {
        List<RedisValue> values = [_random.Next(5), _random.Next(9)];
        for (var n = _random.Next(3); n > 0; n--)
            values.AddRange(
                [One(_sales).Sale.Value, $$"""{"next":{{_random.Next(99)}},"why":"später €"}""", Chance(0.4)]);
        return new(Script.Publish, [LineKeys.Board, LineKeys.AwakeBoard, LineKeys.Woken], [.. values]);
    }

    private LineOperation.Call Wake() => new(Script.Wake, [LineKeys.Woken], [One(_sales).Sale.Value]);

    private LineOperation.Call Lease(LineFacts facts)
    {
        var lease = LineFacts.Fields(facts.Model, LineKeys.Lease);
        var fence = lease.TryGetValue("fence", out var held) ? (long)held : 0;
        var tenure = lease.TryGetValue("tenure", out var own) ? (long)own : 0;
        return new(
            Script.Lease, [LineKeys.Lease],
            [
                One(s_rooms), _isGiven ? 2_000 : _random.Next(15), _random.Next(6) switch
                {
                    0 => fence + 5,
                    1 => facts.Model.NowMs + 100_000,
                    2 => 0,
                    _ => fence,
                },
                Chance(0.5), Chance(0.15), Chance(0.5) ? tenure : _random.Next(3),
                One<string>(["yes", "no", "alone"]),
            ]);
    }
}
