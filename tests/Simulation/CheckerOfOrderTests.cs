using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Simulator;
using FlashSale.Simulator.Checking;

using Xunit;

namespace FlashSale.Tests.Simulation;

/// <summary>
/// The checker of simulated sales finds whoever was present and passed over, in every order, and lets pass what the line
/// cannot know.
/// </summary>
public sealed class CheckerOfOrderTests : ForgedFacts
{
    [Fact]
    public void Invariant3_A_later_number_does_not_go_before_one_who_is_present()
    {
        Waits(1, 1, from: 1000, until: 5000);
        Admits(2, 1, at: 5000);
        Finds(3, "number 2 is admitted before number 1 of shopper 1, who is present");
    }

    [Fact]
    public void Invariant3_Who_is_away_is_passed_over_and_goes_first_after_coming_back()
    {
        Waits(1, 1, from: 1000, until: 3000);
        Admits(2, 1, at: 11_500);
        FindsNothing();
        // The edge may not have heard of the line's having gone on.
        Polls(1, 1, 12_000);
        Admits(3, 2, at: 12_500);
        FindsNothing();
        Polls(1, 1, 13_500);
        Admits(4, 3, at: 13_900);
        Finds(3, "number 4 is admitted before number 1");
    }

    [Fact]
    public void Invariant3_Who_comes_back_to_an_edge_that_cannot_have_heard_may_be_passed_over()
    {
        Waits(1, 1, from: 1000, until: 3000);
        Admits(2, 1, at: 11_500);
        Breaks(FaultKind.EdgeBoardLate, 11_600, 14_000);
        Polls(1, 1, 13_500);
        Admits(4, 3, at: 13_900);
        FindsNothing();
    }

    [Fact]
    public void Invariant3_Who_has_left_is_passed_over()
    {
        Waits(1, 1, from: 1000, until: 5000);
        Tell(new Fact.Leaving(5000, 1, Number(1)));
        Admits(2, 1, at: 5100);
        FindsNothing();
    }

    [Fact]
    public void Invariant3_An_edge_that_is_cut_off_tells_of_nobody()
    {
        Waits(1, 1, from: 10_000, until: 16_000);
        Breaks(FaultKind.RedisUnreachable, 9500, 17_000);
        Admits(2, 1, at: 16_500);
        FindsNothing();
    }

    [Fact]
    public void Invariant3_A_room_that_was_paused_admits_by_what_it_saw_before()
    {
        Waits(1, 1, from: 3000, until: 6000);
        Breaks(FaultKind.RoomPauses, 2500, 6100);
        Admits(2, 1, at: 6200);
        FindsNothing();
    }

    [Fact]
    public void Invariant3_Ranks_are_the_published_ones()
    {
        Admits(1, 1, at: 2000, rank: 2);
        Finds(3, "is called as rank 2, and is rank 1");
    }

    [Fact]
    public void Invariant3_An_older_epoch_goes_first_once_it_has_had_time_to_return()
    {
        Joins(1, 1, 1000);
        Breaks(FaultKind.RedisDies, 1500, 1600);
        Tell(new Fact.EpochBegan(1700, Epoch + 1));
        Joins(2, 1, 2000, Epoch + 1);
        Polls(1, 1, 4000);
        Admits(1, 1, at: 4100, Epoch + 1);
        FindsNothing();
        Admits(2, 2, at: 5000, Epoch + 1);
        Finds(3, "number 2 is admitted before number 1 of shopper 1");
    }

    [Fact]
    public void Invariant3_Who_was_called_once_and_waits_again_goes_first()
    {
        Joins(1, 1, 1000);
        Admits(1, 1, at: 2000);
        Breaks(FaultKind.LedgerAway, 3000, 13_000);
        Polls(1, 1, 15_000);
        Admits(2, 1, at: 15_100);
        FindsNothing();
        Admits(3, 2, at: 15_600);
        Finds(3, "number 3 is admitted before number 1");
    }

    [Fact]
    public void Invariant3_A_shuffled_line_is_called_in_the_order_of_its_seed()
    {
        Shuffled(out var byRank);
        Admits(byRank[0], 1, at: 5500, rank: 1);
        Admits(byRank[2], 2, at: 5500, rank: 3);
        Finds(3, $"number {byRank[2]} is admitted before number {byRank[1]}");
    }

    [Fact]
    public void Invariant3_A_shuffled_line_may_be_called_as_it_should()
    {
        Shuffled(out var byRank);
        for (var rank = 1; rank <= 3; rank++) Admits(byRank[rank - 1], rank, at: 5500, rank: rank);
        FindsNothing();
    }

    [Fact]
    public void Invariant3_A_shuffle_is_of_all_who_had_come()
    {
        Shuffled(out _, count: 4);
        Finds(3, "4 numbers are shuffled, 5 were given");
    }

    /// <summary>Five come before the start, and wait.</summary>
    private void Shuffled(out int[] byRank, long count = 5)
    {
        Begins(Sale with { Order = LineOrder.Shuffle, StartsAt = Scenario.Epoch.AddSeconds(2) }, fixedAt: 2050, count);
        var shuffle = new Shuffle(Convert.FromBase64String(Sale.Seed), 5);
        byRank = [.. Enumerable.Range(1, 5).Select(rank => (int)shuffle.NumberAt(rank))];
        for (var number = 1; number <= 5; number++) Waits(number, number, from: 500, until: 5500);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(300)]
    public void The_checkers_own_ranks_are_those_of_the_line(int count)
    {
        byte[] seed = [.. Enumerable.Range(1, 32).Select(i => (byte)(i * 7))];
        var (mine, theirs) = (new Ranks(seed), new Shuffle(seed, count));
        for (var number = 1; number <= count + 2; number++)
            Assert.Equal(theirs.RankOf(number), mine.Of((uint)number, count));
        Assert.Equal(Shuffle.LostRank(seed, new Place(77, 5)), mine.OfLost(new Place(77, 5)));
    }

    [Fact]
    public void Invariant9_Who_does_as_told_misses_no_turn()
    {
        Waits(1, 1, from: 1000, until: 12_500);
        Admits(1, 1, at: 2000);
        Polls(1, 1, 13_500, PlaceState.Missed);
        Finds(9, "number 1 of shopper 1 missed a turn of which it was not told");
    }

    [Fact]
    public void Invariant9_Who_does_not_do_as_told_may_miss_a_turn()
    {
        Waits(1, 1, from: 1000, until: 1000);
        Tell(new Fact.Presence(1500, 1, Obeys: false));
        Admits(1, 1, at: 2000);
        Polls(1, 1, 13_500, PlaceState.Missed);
        FindsNothing();
    }

    [Fact]
    public void Invariant9_A_turn_is_told_while_half_of_its_time_is_left()
    {
        Joins(1, 1, 1000);
        Admits(1, 1, at: 2000);
        Polls(1, 1, 7500, PlaceState.Admitted);
        Finds(9, "hears 0.500 s too late of its turn");
    }

    [Fact]
    public void Invariant9_Nothing_is_told_in_time_when_the_edge_was_broken()
    {
        Joins(1, 1, 1000);
        Admits(1, 1, at: 2000);
        Breaks(FaultKind.EdgePauses, 2500, 7000);
        Polls(1, 1, 7500, PlaceState.Admitted);
        FindsNothing();
    }

    [Theory]
    [InlineData(FaultKind.LedgerAway, 0)]
    [InlineData(FaultKind.PullsLost, 0)]
    [InlineData(FaultKind.EdgePauses, 1)]
    [InlineData(FaultKind.RedisUnreachable, 2)] // The second room: rooms are counted after the edge.
    [InlineData(FaultKind.RoomPauses, 1)]
    public void Invariant9_What_is_wrong_elsewhere_is_no_reason(FaultKind kind, int target)
    {
        Joins(1, 1, 1000);
        Admits(1, 1, at: 2000);
        Breaks(kind, 2500, 7000, target);
        Polls(1, 1, 7500, PlaceState.Admitted);
        Finds(9, "hears 0.500 s too late of its turn");
    }
}
