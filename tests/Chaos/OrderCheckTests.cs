using FlashSale.LoadTest.Chaos;

using Xunit;

namespace FlashSale.Tests.Chaos;

/// <summary>Who was passed is found, and who was away, or whose call was lost with Redis, is not taken for it.</summary>
public sealed class OrderCheckTests : ForgedHistory
{
    [Fact]
    public void Invariant3_A_later_number_before_an_earlier_one_who_was_present_is_found()
    {
        for (var second = 1; second < 40; second++) Says("fay", HistoryAct.Poll, second, number: 5, state: "waiting");
        Claims("gus", number: 6, unit: 5, at: 32);
        Claims("fay", number: 5, unit: 6, at: 40);
        Finds("3: number 6 (gus) was admitted 8.0 s before number 5 (fay)");
    }

    [Fact]
    public void Invariant3_An_earlier_number_that_was_away_is_no_violation()
    {
        Says("fay", HistoryAct.Poll, 1, number: 5, state: "waiting");
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
        for (var second = 1; second < 48; second++) Says("fay", HistoryAct.Poll, second, number: 5, state: "waiting");
        Claims("gus", number: 6, unit: 5, at: 32);
        Claims("fay", number: 5, unit: 6, at: 48);
        Loses(from, until);
        if (excused) Assert.Empty(Found());
        else Finds("3: number 6 (gus) was admitted 16.0 s before number 5 (fay)");
    }

    [Fact]
    public void Invariant3_A_turn_that_was_missed_by_someone_who_asked_all_the_time_is_found()
    {
        for (var second = 1; second < 20; second++) Says("fay", HistoryAct.Poll, second, number: 5, state: "waiting");
        Says("fay", HistoryAct.Poll, 20, number: 5, state: "missed");
        Finds("missed a turn of which it was not told");
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)] // An edge may not have reached Redis then.
    public void Invariant9_Whoever_asks_all_the_time_and_hears_of_the_turn_late_is_found(bool troubled, bool found)
    {
        Waits("fay", number: 5, from: 12, until: 39);
        Events.Add(new HistoryEvent("fay", HistoryAct.Poll, HistoryAnswer.Ok, 40_000_000, 40_000_001, Number: 5, State: "admitted")
        {
            RedeemBy = Start.AddSeconds(42),
        });
        if (troubled) Troubles.Add(At(33, 35));
        Assert.Equal(found, Found().Any(violation => violation.StartsWith("9: number 5 (fay)", StringComparison.Ordinal)));
    }

    [Fact]
    public void Invariant3_A_call_that_may_be_lost_excuses_no_other_pair()
    {
        Waits("fay", number: 5, from: 1, until: 60);
        Claims("gus", number: 6, unit: 5, at: 32); // Excused: Redis lost data right after.
        Loses(33, 34);
        Claims("hal", number: 7, unit: 6, at: 50); // Nothing was lost any more.
        Claims("fay", number: 5, unit: 7, at: 60);
        Finds("3: number 7 (hal) was admitted 10.0 s before number 5 (fay)");
        Assert.Single(Found());
    }

    [Fact]
    public void Invariant3_Who_was_told_to_wait_after_the_call_has_not_lost_it_with_Redis()
    {
        Waits("fay", number: 5, from: 1, until: 60);
        Claims("gus", number: 6, unit: 5, at: 32);
        Loses(45, 46);
        Claims("fay", number: 5, unit: 7, at: 60);
        Finds("3: number 6 (gus) was admitted 28.0 s before number 5 (fay)");
    }

    [Fact]
    public void Invariant3_A_turn_that_was_told_and_could_not_be_claimed_counts()
    {
        Waits("fay", number: 5, from: 1, until: 31);
        Events.Add(new HistoryEvent("fay", HistoryAct.Poll, HistoryAnswer.Ok, 31_500_000, 31_500_001, 5, State: "admitted")
        {
            RedeemBy = Start.AddSeconds(31 + ClaimSeconds),
        });
        Claims("gus", number: 6, unit: 5, at: 32);
        Claims("fay", number: 5, unit: 7, at: 50);
        Assert.Empty(Found());
    }

    [Fact]
    public void Invariant3_Who_is_never_called_while_later_ones_are_is_found()
    {
        Waits("fay", number: 5, from: 1, until: 60);
        Joins("gus", number: 6, at: 3);
        Claims("gus", number: 6, unit: 5, at: 32);
        Finds("3: number 5 (fay) waits to this day, while 1 who came later were admitted, the first of them number 6 (gus)");
    }

    [Fact]
    public void Invariant3_Who_is_told_at_last_that_all_is_sold_was_passed_all_the_same()
    {
        Waits("fay", number: 5, from: 1, until: 60);
        Joins("gus", number: 6, at: 3);
        Claims("gus", number: 6, unit: 5, at: 32);
        Says("fay", HistoryAct.Poll, 61, number: 5, state: "soldOut");
        Finds("3: number 5 (fay) waits to this day");
    }

    [Theory]
    [InlineData(20, 40)] // Away when the later one was called.
    [InlineData(34, 60)] // Away before the news of a turn could come.
    public void Invariant3_Who_is_not_called_while_away_is_no_violation(int from, int until)
    {
        Waits("fay", number: 5, from: 1, until: from);
        if (until < 60) Waits("fay", number: 5, from: until, until: 60, joined: true);
        Joins("gus", number: 6, at: 3);
        Claims("gus", number: 6, unit: 5, at: 32);
        Assert.Empty(Found());
    }

    [Fact]
    public void Invariant3_Who_is_not_called_and_came_later_or_left_is_no_violation()
    {
        Joins("gus", number: 6, at: 1);
        Waits("fay", number: 7, from: 3, until: 60);
        Waits("hal", number: 4, from: 0, until: 60);
        Says("hal", HistoryAct.Leave, 61);
        Claims("gus", number: 6, unit: 5, at: 32);
        Assert.Empty(Found());
    }

    [Fact]
    public void Invariant3_A_join_whose_answer_was_lost_counts_from_its_first_request()
    {
        Events.Add(new HistoryEvent("gus", HistoryAct.Join, HistoryAnswer.Unknown, 500_000, 1_500_000));
        Joins("gus", number: 5, at: 3);
        Waits("fay", number: 6, from: 1, until: 60);
        Claims("gus", number: 5, unit: 5, at: 32);
        Assert.Empty(Found());
    }

    [Fact]
    public void Invariant3_What_an_edge_remembers_without_Redis_is_no_proof_of_presence()
    {
        Waits("fay", number: 5, from: 1, until: 60);
        Joins("gus", number: 6, at: 3);
        Claims("gus", number: 6, unit: 5, at: 32);
        Troubles.Add(At(28, 36));
        Assert.Empty(Found());
    }

    [Fact]
    public void Invariant3_A_call_that_was_lost_with_Redis_may_find_no_unit_any_more()
    {
        Waits("fay", number: 5, from: 1, until: 60);
        Joins("gus", number: 6, at: 3);
        Claims("gus", number: 6, unit: 5, at: 32);
        Loses(33, 34);
        Assert.Empty(Found());
    }
}
