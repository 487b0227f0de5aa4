using System.Globalization;

using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Simulator.Models;

using StackExchange.Redis;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// Random operations, sensible and hostile ones, drawn from a seed: calls of all scripts with what they could
/// be called with by those who know the truth, an old truth or another one; lost keys, and Redis that goes
/// back.
/// </summary>
internal sealed partial class RandomLine
{
    private const int Shoppers = 16;
    private const string OtherRun = "00112233445566778899aabbccddeeff00112233";

    private static readonly string[] s_rooms = ["a", "room-b", "c0ffee"];
    private static readonly string[] s_edges = ["edge-1", "edge-2", "edge-3"];

    private readonly Random _random;
    private readonly bool _isGiven;
    private readonly LineKeys[] _sales = [new(SaleId.Parse("model")), new(SaleId.Parse("other"))];
    private readonly byte[][] _shoppers;

    /// <param name="isGiven">The clock and the run are given, and so they change.</param>
    public RandomLine(int seed, bool isGiven)
    {
        (_random, _isGiven) = (new Random(seed), isGiven);
        _shoppers = [.. Enumerable.Range(0, Shoppers).Select(i => Fresh(16 + i % 2))];
    }

    /// <summary>
    /// How long until the next operation, where the clock is given: it jumps, often by what something lasts,
    /// sometimes back.
    /// </summary>
    public long NextMs() => _random.Next(24) switch
    {
        < 12 => 0,
        < 17 => _random.Next(300),
        < 19 => 2_000 + _random.Next(-1, 2),
        < 21 => 10_000 + _random.Next(-1, 2),
        21 => 60_000 + _random.Next(-1, 2),
        22 => _random.Next(80_000),
        _ => -_random.Next(1_500),
    };

    public LineOperation Next(RedisModel model)
    {
        var facts = new LineFacts(model, _sales[Chance(0.1) ? 1 : 0]);
        // Without a line nothing else can happen for long.
        if (facts.Run is null && Chance(0.3)) return Begin(facts);
        if (facts.Run is ['+', ..] && Chance(0.3)) return Chance(0.5) ? Settle(facts) : Open(facts);
        if (facts.Run is not (null or ['+', ..]) && facts.Run != model.RunId && Chance(0.1))
            return Begin(facts);
        return _random.Next(1000) switch
        {
            < 130 => Join(facts),
            < 300 => Status(facts),
            < 370 => Leave(facts),
            < 470 => Claim(facts),
            < 530 => Report(facts),
            < 545 => Alive(facts),
            < 555 => Count(facts),
            < 560 => Calls(facts),
            < 660 => Look(facts),
            < 760 => Admit(facts),
            < 850 => Settle(facts),
            < 880 => Chance(0.3) ? Wake() : Publish(),
            < 950 => Lease(facts),
            < 962 => Begin(facts),
            < 974 => Open(facts),
            < 986 => new LineOperation.Lose(Key(facts)),
            < 993 => new LineOperation.Keep(),
            _ => new LineOperation.GoBack(
                _isGiven && Chance(0.8) ? Convert.ToHexStringLower(Fresh(20)) : model.RunId),
        };
    }

    private RedisKey Key(LineFacts facts) => _random.Next(9) switch
    {
        0 or 1 or 2 => facts.Keys.Line,
        3 => LineKeys.Lease,
        4 => One([LineKeys.Lease, LineKeys.Board, LineKeys.AwakeBoard]),
        5 => facts.Keys.Admitted,
        6 => facts.Keys.Present,
        7 => facts.Keys.Shoppers(Epoch(facts)),
        _ => facts.Keys.Places(Epoch(facts)),
    };

    private bool Chance(double of) => _random.NextDouble() < of;

    private T One<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    private byte[] Fresh(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private RedisValue Run(LineFacts facts) => _random.Next(12) switch
    {
        0 => OtherRun,
        1 or 2 or 3 => "",
        _ => facts.Model.RunId,
    };

    private long Fence(LineFacts facts) => _random.Next(12) switch
    {
        0 or 1 => Math.Max(0, facts.Fence - 1),
        2 => facts.Fence + _random.Next(3),
        3 when Chance(0.3) => facts.Model.NowMs,
        _ => facts.Fence,
    };

    /// <summary>The line's epoch; sometimes an older one, sometimes one of the future.</summary>
    private uint Epoch(LineFacts facts) => _random.Next(10) switch
    {
        0 => facts.Epoch + 1,
        1 or 2 => (uint)Math.Max(1000, facts.Epoch - _random.Next(4)),
        _ => facts.Epoch,
    };

    private long CurrentEpoch(LineFacts facts) => Chance(0.92) ? facts.Epoch : Epoch(facts);

    /// <summary>Mostly one that was given.</summary>
    private long NumberOf(LineFacts facts, uint epoch) => _random.Next(40) switch
    {
        0 => 0,
        1 => _random.Next(2_000),
        2 when Chance(0.4) => uint.MaxValue - _random.Next(), // Beyond what a string of Redis can hold.
        _ => 1 + _random.Next((int)Math.Min(12, epoch == facts.Epoch ? facts.Next + 2 : 12)),
    };

    private Place PlaceOf(LineFacts facts)
    {
        var epoch = Epoch(facts);
        return new Place(epoch, (uint)NumberOf(facts, epoch));
    }

    private string FieldOf(LineFacts facts, Place place) =>
        LineKeys.Field(Chance(0.96) ? place : PlaceOf(facts));

    private long Rank(Place place) => _random.Next(12) switch
    {
        0 => _random.Next(20),
        1 => _random.Next(),
        _ => place.Number,
    };

    /// <summary>Mostly whose place it is.</summary>
    private byte[] Shopper(LineFacts facts, Place place)
    {
        if (Chance(0.7))
            foreach (var entry in facts.Model.Read(facts.Keys.Shoppers(place.Epoch)))
                if ((long)entry.Value == place.Number) return entry.Name!;
        return Chance(0.95) ? One(_shoppers) : Fresh(16);
    }

    private string Admission(Place place) => string.Create(
        CultureInfo.InvariantCulture,
        $"{1 + _random.Next(9)} {1_000_000 + _random.Next(-8, 8)} {(Chance(0.2) ? 1 : 0)} {Rank(place)}");
}
