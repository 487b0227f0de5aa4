using FlashSale.LoadTest.Chaos;

using Xunit;

namespace FlashSale.Tests.Chaos;

/// <summary>What a crowd of few was told, and what the ledgers say: good, until a test forges something.</summary>
public abstract class ForgedHistory
{
    protected const int ClaimSeconds = 10;
    protected const int PaySeconds = 12;
    protected const long Price = 5_000;
    protected List<Period> Losses { get; } = [];
    protected List<Period> Troubles { get; } = [];
    protected static DateTimeOffset Start { get; } = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

    protected List<HistoryEvent> Events { get; } = [];
    protected List<LedgerRow> Ledger { get; } = [];
    protected List<ProviderRow> Provider { get; } = [];

    /// <summary>Ann and Ben have bought; Cid's unit came back and went to Dan, who has bought it.</summary>
    protected ForgedHistory()
    {
        Buys("ann", number: 1, unit: 1, at: 10);
        Buys("ben", number: 2, unit: 2, at: 10);
        Loses("cid", number: 3, unit: 3, at: 10, until: 30);
        Buys("dan", number: 4, unit: 3, at: 31);
    }

    protected void Finds(string violation) =>
        Assert.True(Found().Any(found => found.Contains(violation, StringComparison.Ordinal)),
            $"not found: {violation}; but: {string.Join(" · ", Found())}");

    protected IReadOnlyList<string> Found() =>
        Checker.Check(new Evidence(10, Price, Events, Ledger, Provider, ClaimSeconds, PresenceSeconds: 10)
        {
            PaySeconds = PaySeconds,
            ClockZero = Start,
            RedisLosses = Losses,
            RedisTroubles = [.. Troubles, .. Losses],
        });

    /// <summary>Redis loses data from one second after the start to another.</summary>
    protected void Loses(int from, int until) => Losses.Add(At(from, until));

    protected static Period At(int from, int until) =>
        new(Start.AddSeconds(from).ToUnixTimeSeconds(), Start.AddSeconds(until).ToUnixTimeSeconds());

    protected void Joins(string who, int number, int at) => Says(who, HistoryAct.Join, at, number, state: "waiting");

    /// <summary>Joins and asks every second.</summary>
    protected void Waits(string who, int number, int from, int until, bool joined = false)
    {
        if (!joined) Joins(who, number, from);
        for (var second = from + 1; second <= until; second++) Says(who, HistoryAct.Poll, second, number, state: "waiting");
    }

    /// <summary>A definite no.</summary>
    protected void Refused(string who, HistoryAct act, int at, string code) =>
        Events.Add(new HistoryEvent(who, act, HistoryAnswer.Fail, at * 1_000_000L, at * 1_000_000L + 1, State: code));

    protected void Buys(string who, int number, int unit, int at)
    {
        Claims(who, number, unit, at);
        Ledger.Add(Row(who, unit, number, unit, at + 1));
        Provider.Add(new ProviderRow($"s_{who}{unit}", Price, 0, true, false));
    }

    protected void Loses(string who, int number, int unit, int at, int until)
    {
        Claims(who, number, unit, at);
        Ledger.Add(Row(who, unit, number, unit, at + 1) with
        {
            State = "released",
            Ended = Start.AddSeconds(until),
            Expired = true,
        });
    }

    protected void Claims(string who, int number, int unit, int at) => Events.Add(new HistoryEvent(
        who, HistoryAct.Claim, HistoryAnswer.Ok, at * 1_000_000L, at * 1_000_000L + 1, Admission: Admission(number, unit), Unit: unit)
    {
        RedeemBy = Start.AddSeconds(at + ClaimSeconds),
    });

    protected void Says(
        string who, HistoryAct act, int at, int number = 0, int unit = 0, string reservation = "", string state = "") =>
        Events.Add(new HistoryEvent(
            who, act, HistoryAnswer.Ok, at * 1_000_000L, at * 1_000_000L + 1, number, Unit: unit, Reservation: reservation,
            State: state));

    protected static LedgerRow Row(string who, int unit, int number, int admittedUnit, int at) => new(
        $"s_{who}{unit}", unit, who, Admission(number, admittedUnit), "sold", Start.AddSeconds(at), null);

    protected static string Admission(int number, int unit) => $"71000000-{number:x}-{unit:x}";
}
