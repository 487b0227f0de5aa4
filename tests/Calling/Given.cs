using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;

namespace FlashSale.Tests.Calling;

/// <summary>What a decision is given. Seconds are those since the sale's start, by every clock.</summary>
internal static class Given
{
    public const uint Epoch = 100;

    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static long StartSeconds => Start.ToUnixTimeSeconds();

    /// <summary>Turns of 12 s, 1 s of grace, away after 30 s; nobody waits for the rate.</summary>
    public static Sale Sale(int units) => new()
    {
        Id = SaleId.Parse("phone"),
        Name = "a phone",
        Inventory = units,
        MaxUnit = units,
        Price = new Money(100, "usd"),
        Storefront = StorefrontId.Parse("demo"),
        QueueOpensAt = Start,
        StartsAt = Start,
        AdmitPerSecond = 1000,
        ClaimSeconds = 12,
        PresenceSeconds = 30,
        GraceSeconds = 1,
        Seed = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
    };

    public static Moment At(double seconds, double ledgerAge = 0) =>
        new(Start + Span(seconds), Span(seconds), Span(ledgerAge));

    /// <summary>Whole milliseconds.</summary>
    public static TimeSpan Span(double seconds) => TimeSpan.FromMilliseconds((long)Math.Round(seconds * 1000));

    public static Place Place(int number, uint epoch = Epoch) => new(epoch, (uint)number);

    /// <summary>A promise: redeem-by in seconds since the start.</summary>
    public static AdmittedPlace Promise(int number, int unit, long redeemBy = 12, bool claimed = false) =>
        new(Place(number), number, unit, StartSeconds + redeemBy, claimed);

    public static LedgerUnit Row(int unit, UnitState state, Place place) =>
        new(SaleId.Parse("phone"), unit, state, AdmittedPlace.Id(place, unit));

    public static LedgerUnit Withdrawn(int unit) => new(SaleId.Parse("phone"), unit, UnitState.Withdrawn, "");

    public static LedgerSnapshot Snapshot(double at, IReadOnlyList<LedgerUnit> rows, LedgerOutage? outage = null) =>
        new(Start + Span(at), "r1", null, rows, outage);

    /// <summary>A line in its order, in which these have just been seen and one edge has told of everybody.</summary>
    public static LineView View(long next, long head = 0, params IEnumerable<int> present) => new()
    {
        Epoch = Epoch,
        Next = next,
        Head = head,
        Skipped = 0,
        Shuffled = 0,
        Past = "",
        Time = 1_000_000,
        Present = present.ToDictionary(number => LineKeys.Field(Place(number)), _ => new Sighting(1_000_000, 0)),
        Coverages = [next],
    };
}
