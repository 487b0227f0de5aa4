using FlashSale.LoadTest.Chaos;

using Xunit;

namespace FlashSale.Tests.Chaos;

/// <summary>The checker finds each kind of violation in a forged history, and nothing in a good one.</summary>
public sealed class CheckerTests
{
    private const int ClaimSeconds = 10;
    private const long Price = 5_000;
    private readonly List<RedisLoss> _losses = [];
    private static readonly DateTimeOffset s_start = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

    private readonly List<HistoryEvent> _history = [];
    private readonly List<LedgerRow> _ledger = [];
    private readonly List<ProviderRow> _provider = [];

    /// <summary>Ann and Ben have bought; Cid's unit came back and went to Dan, who has bought it.</summary>
    public CheckerTests()
    {
        Buys("ann", number: 1, unit: 1, at: 10);
        Buys("ben", number: 2, unit: 2, at: 10);
        Loses("cid", number: 3, unit: 3, at: 10, until: 30);
        Buys("dan", number: 4, unit: 3, at: 31);
    }

    [Fact]
    public void A_good_history_has_no_violation() => Assert.Empty(Found());

    [Fact]
    public void Invariant1_A_unit_in_two_reservations_at_once_is_found()
    {
        Loses("eve", number: 5, unit: 1, at: 31, until: 33);
        Finds("1: unit 1 was in");
    }

    [Fact]
    public void Invariant1_A_unit_promised_twice_at_once_is_found()
    {
        Claims("eve", number: 5, unit: 9, at: 31);
        Claims("fay", number: 6, unit: 9, at: 35);
        Finds("1: unit 9 was promised");
    }

    [Fact]
    public void Invariant1_A_unit_that_does_not_exist_is_found()
    {
        Buys("eve", number: 5, unit: 11, at: 31);
        Finds("1: unit 11 is not one of");
    }

    [Fact]
    public void Invariant2_A_second_unit_of_a_shopper_is_found()
    {
        Buys("ann", number: 5, unit: 4, at: 32);
        Finds("2: ann bought more than one unit");
    }

    [Fact]
    public void Invariant2_A_place_of_two_shoppers_is_found()
    {
        Claims("eve", number: 2, unit: 4, at: 32);
        Finds("2: the place");
    }

    [Fact]
    public void Invariant3_A_later_number_before_an_earlier_one_who_was_present_is_found()
    {
        for (var second = 1; second < 40; second++) Says("fay", Act.Poll, second, number: 5, state: "waiting");
        Claims("gus", number: 6, unit: 5, at: 32);
        Claims("fay", number: 5, unit: 6, at: 40);
        Finds("3: number 6 (gus) was admitted 8.0 s before number 5 (fay)");
    }

    [Fact]
    public void Invariant3_An_earlier_number_that_was_away_is_no_violation()
    {
        Says("fay", Act.Poll, 1, number: 5, state: "waiting");
        Claims("gus", number: 6, unit: 5, at: 32);
        Claims("fay", number: 5, unit: 6, at: 40);
        Assert.Empty(Found());
    }

    [Theory]
    [InlineData(33, 34, true)] // Both were called, then Redis lost the call of which nobody had heard.
    [InlineData(10, 12, false)] // Lost and made good again before anybody was called.
    [InlineData(55, 56, false)] // Long after both.
    public void Invariant3_An_admission_may_be_lost_with_Redis_only_when_Redis_lost_data_while_it_was_open(
        int from, int until, bool excused)
    {
        for (var second = 1; second < 48; second++) Says("fay", Act.Poll, second, number: 5, state: "waiting");
        Claims("gus", number: 6, unit: 5, at: 32);
        Claims("fay", number: 5, unit: 6, at: 48);
        Loses(from, until);
        if (excused) Assert.Empty(Found());
        else Finds("3: number 6 (gus) was admitted 16.0 s before number 5 (fay)");
    }

    [Fact]
    public void Invariant3_A_turn_that_was_missed_by_someone_who_asked_all_the_time_is_found()
    {
        for (var second = 1; second < 20; second++) Says("fay", Act.Poll, second, number: 5, state: "waiting");
        Says("fay", Act.Poll, 20, number: 5, state: "missed");
        Finds("missed a turn of which it was not told");
    }

    [Fact]
    public void Invariant4_An_admission_with_two_reservations_is_found()
    {
        _ledger.Add(Row("eve", 4, number: 3, admittedUnit: 3, at: 40) with { State = "released", Ended = s_start.AddSeconds(50) });
        Finds("4: admission");
    }

    [Fact]
    public void Invariant5_A_sold_unit_that_nobody_paid_is_found()
    {
        _provider.RemoveAt(0);
        Finds("is sold with 0 net captures");
    }

    [Fact]
    public void Invariant5_A_unit_paid_twice_is_found()
    {
        _provider.Add(_provider[0]);
        Finds("is sold with 2 net captures");
    }

    [Fact]
    public void Invariant5_Money_for_a_unit_that_was_released_is_found()
    {
        _provider.Add(new ProviderRow("s_cid3", Price, 0, true, false));
        Finds("is released with a net capture");
    }

    [Fact]
    public void Invariant5_Money_for_nothing_is_found()
    {
        _provider.Add(new ProviderRow("s_nobody", Price, 0, true, false));
        Finds("which the ledger does not know");
    }

    [Fact]
    public void Invariant6_A_unit_that_stays_in_a_cart_is_found()
    {
        _ledger.Add(Row("eve", 4, number: 5, admittedUnit: 4, at: 40) with { State = "held" });
        Finds("is still held");
    }

    [Fact]
    public void Invariant6_An_authorisation_that_nobody_ends_is_found()
    {
        _provider.Add(new ProviderRow("s_cid3", 0, 0, true, false));
        Finds("neither captured nor voided");
    }

    [Fact]
    public void Invariant7_A_lost_reservation_is_found()
    {
        Says("eve", Act.Reserve, 40, unit: 4, reservation: "s_eve4", state: "held");
        Finds("was acknowledged and is lost");
    }

    [Fact]
    public void Invariant7_A_lost_sale_is_found()
    {
        Says("cid", Act.Pay, 25, unit: 3, reservation: "s_cid3", state: "sold");
        Finds("was acknowledged as sold and is released");
    }

    [Fact]
    public void Invariant7_A_reservation_released_before_its_time_is_found()
    {
        _history.Add(new HistoryEvent("cid", Act.Reserve, Answer.Ok, 11_000_000, 11_000_001, Unit: 3,
            Reservation: "s_cid3", State: "held")
        { PayBy = s_start.AddSeconds(31) });
        Finds("could be paid until");
    }

    [Fact]
    public void Invariant7_A_place_that_was_given_up_or_changed_is_found()
    {
        Says("fay", Act.Join, 1, number: 5, state: "waiting");
        Says("fay", Act.Poll, 2, number: 5, state: "left");
        Says("gus", Act.Join, 1, number: 6, state: "waiting");
        Says("gus", Act.Poll, 2, number: 7, state: "waiting");
        Finds("5 of fay was given up, which nobody asked for");
        Finds("gus had number 6 and was then told 7");
    }

    [Fact]
    public void Invariant7_A_ticket_that_is_refused_is_found()
    {
        _history.Add(new HistoryEvent("fay", Act.Poll, Answer.Fail, 1, 2, State: "ticketInvalid"));
        Finds("the ticket of fay was refused");
    }

    private void Finds(string violation) =>
        Assert.True(Found().Any(found => found.Contains(violation, StringComparison.Ordinal)),
            $"not found: {violation}; but: {string.Join(" · ", Found())}");

    private IReadOnlyList<string> Found() =>
        Checker.Check(new Evidence(10, Price, _history, _ledger, _provider, ClaimSeconds, PresenceSeconds: 10)
        {
            RedisLosses = _losses,
        });

    /// <summary>Redis loses data from one second after the start to another.</summary>
    private void Loses(int from, int until) => _losses.Add(new RedisLoss(
        s_start.AddSeconds(from).ToUnixTimeSeconds(), s_start.AddSeconds(until).ToUnixTimeSeconds()));

    private void Buys(string who, int number, int unit, int at)
    {
        Claims(who, number, unit, at);
        _ledger.Add(Row(who, unit, number, unit, at + 1));
        _provider.Add(new ProviderRow($"s_{who}{unit}", Price, 0, true, false));
    }

    private void Loses(string who, int number, int unit, int at, int until)
    {
        Claims(who, number, unit, at);
        _ledger.Add(Row(who, unit, number, unit, at + 1) with
        {
            State = "released",
            Ended = s_start.AddSeconds(until),
            Expired = true,
        });
    }

    private void Claims(string who, int number, int unit, int at) => _history.Add(new HistoryEvent(
        who, Act.Claim, Answer.Ok, at * 1_000_000L, at * 1_000_000L + 1, Admission: Admission(number, unit), Unit: unit)
    {
        RedeemBy = s_start.AddSeconds(at + ClaimSeconds),
    });

    private void Says(
        string who, Act act, int at, int number = 0, int unit = 0, string reservation = "", string state = "") =>
        _history.Add(new HistoryEvent(
            who, act, Answer.Ok, at * 1_000_000L, at * 1_000_000L + 1, number, Unit: unit, Reservation: reservation,
            State: state));

    private static LedgerRow Row(string who, int unit, int number, int admittedUnit, int at) => new(
        $"s_{who}{unit}", unit, who, Admission(number, admittedUnit), "sold", s_start.AddSeconds(at), null);

    private static string Admission(int number, int unit) => $"71000000-{number:x}-{unit:x}";
}
