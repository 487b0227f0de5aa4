using CsCheck;

using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;

using Xunit;

namespace FlashSale.Tests.Calling;

public sealed class ChooserTests
{
    private const long RedeemBy = 1_893_456_010;

    [Fact]
    public void Invariant3_Those_present_are_called_in_order_each_with_the_next_unit()
    {
        var choice = Choose(Given.View(5, 0, 1, 2, 3, 4, 5), [7, 9])!;
        Assert.Equal(
            [new(Given.Place(1), 1, 7, RedeemBy, false), new(Given.Place(2), 2, 9, RedeemBy, false)], choice.Admissions);
        Assert.Equal((2, 0), (choice.Head, choice.Skipped));
    }

    [Fact]
    public void Without_a_unit_or_anybody_after_the_head_nothing_changes()
    {
        Assert.Null(Choose(Given.View(5, 0, 1, 2), []));
        Assert.Null(Choose(Given.View(5, 5), [1]));
    }

    [Fact]
    public void Invariant3_Who_is_away_is_passed_over_as_far_as_every_edge_has_told()
    {
        var view = Given.View(5, 0, 3, 5) with { Skipped = 10, Coverages = [9, 4] };
        var choice = Choose(view, [1, 2])!;
        // The fifth is present, but of the fourth no more is known than of anybody an edge has not told of.
        Assert.Equal([3, 5], choice.Admissions.Select(one => one.Rank));
        Assert.Equal((5, 13), (choice.Head, choice.Skipped));

        choice = Choose(view with { Coverages = [9, 3] }, [1, 2])!;
        Assert.Equal([3], choice.Admissions.Select(one => one.Rank));
        Assert.Equal((3, 12), (choice.Head, choice.Skipped));
        Assert.Null(Choose(view with { Coverages = [], Present = new Dictionary<string, Sighting>() }, [1, 2]));
    }

    [Theory]
    [InlineData(30_000, true)]
    [InlineData(30_001, false)]
    public void Not_seen_for_longer_than_the_presence_time_is_away(long msAgo, bool present)
    {
        var view = Given.View(1);
        view = view with { Present = Seen(1, new Sighting(view.Time - msAgo, 0)) };
        var choice = Choose(view, [1])!;
        Assert.Equal(present, choice.Admissions.Count == 1);
        // Redis need not keep what says nothing any more.
        Assert.Equal(present ? [] : [LineKeys.Field(Given.Place(1))], choice.Forget);
    }

    [Fact]
    public void No_more_than_a_thousand_are_forgotten_at_once() => Assert.Equal(1000, Choose(
        Given.View(2000) with
        {
            Present = Enumerable.Range(1, 1500).ToDictionary(number => LineKeys.Field(Given.Place(number)), _ => new Sighting(0, 0)),
        },
        [1])!.Forget.Count);

    [Fact]
    public void Invariant3_Who_was_away_and_is_back_goes_first_and_who_is_away_again_is_not_waited_for()
    {
        string[] returning =
            [LineKeys.Member(Given.Place(8, 50), 2), LineKeys.Member(Given.Place(1), 1), LineKeys.Member(Given.Place(2), 2)];
        var view = Given.View(9, 3, 2, 4) with { Returning = returning, ReturningCount = 3 };
        view = view with
        {
            Present = view.Present.Append(new(LineKeys.Field(Given.Place(8, 50)), new Sighting(view.Time, 0))).ToDictionary(),
        };
        var choice = Choose(view, [1, 2, 3])!;
        Assert.Equal([Given.Place(8, 50), Given.Place(2), Given.Place(4)], choice.Admissions.Select(one => one.Place));
        Assert.Equal([2, 2, 4], choice.Admissions.Select(one => one.Rank));
        Assert.Equal([LineKeys.Member(Given.Place(1), 1)], choice.Drop);
    }

    /// <summary>The first was told to stay away until so long after the look; the second would come at once.</summary>
    [Theory]
    [InlineData(2000, 1)]
    [InlineData(2001, 0)]
    public void Invariant9_Who_is_not_due_in_time_for_a_turn_is_waited_for_and_nobody_behind_is_called(int dueInMs, int called)
    {
        var view = Given.View(2, 0, 2);
        view = view with { Present = view.Present.Union(Seen(1, new Sighting(view.Time, dueInMs))).ToDictionary() };
        var choice = Choose(view, [1]);
        Assert.Equal(called, (int)(choice?.Admissions.Single().Place.Number ?? 0));

        // The same when they were passed over and came back.
        view = view with { Head = 1, Returning = [LineKeys.Member(Given.Place(1), 1)], ReturningCount = 1 };
        choice = Choose(view, [1]);
        Assert.Equal(called, (int)(choice?.Admissions.Single().Place.Number ?? 0));
    }

    [Fact]
    public void Invariant3_The_head_stays_while_not_all_who_came_back_have_been_looked_at()
    {
        var view = Given.View(9, 3, 4) with { Returning = [LineKeys.Member(Given.Place(1), 1)], ReturningCount = 2 };
        var choice = Choose(view, [1, 2])!;
        Assert.Empty(choice.Admissions);
        Assert.Equal(3, choice.Head);
    }

    [Fact]
    public void No_further_than_the_horizon_is_looked_at_a_time()
    {
        var choice = Choose(Given.View(100), [1], horizon: 20)!;
        Assert.Equal((20, 20), (choice.Head, choice.Skipped));
        Assert.Equal(7, Choose(Given.View(7), [1], horizon: 20)!.Head);
    }

    [Fact]
    public void Invariant3_In_a_shuffled_line_the_ranks_are_called_in_order_and_everybody_once()
    {
        var sale = Given.Sale(20) with { Order = LineOrder.Shuffle };
        var shuffle = new Shuffle(Convert.FromBase64String(sale.Seed), 12);
        // Whoever joined after the start comes after the shuffled.
        var view = Given.View(15, 0, Enumerable.Range(1, 15)) with { Shuffled = 12 };
        var choice = Chooser.Choose(view, sale, new LineOrdering(), [.. Enumerable.Range(1, 20)], RedeemBy, horizon: 500)!;
        Assert.Equal(
            [.. Enumerable.Range(1, 15).Select(rank => rank > 12 ? (uint)rank : (uint)shuffle.NumberAt(rank))],
            choice.Admissions.Select(one => one.Place.Number));
    }

    [Fact]
    public void Invariant3_Nobody_present_is_passed_over_and_nobody_is_called_who_is_away_or_not_due() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 12], Gen.Int[0, 20], Gen.Int[0, 6].Array[11]).Sample((units, head, covered, seen) =>
        {
            var present = Enumerable.Range(1, 11).Where(number => seen[number - 1] < 3).ToHashSet();
            var returning = Enumerable.Range(1, Math.Min(head, 3)).ToList();
            var view = Given.View(11, head, present);
            var later = Enumerable.Range(1, 11).Where(number => seen[number - 1] == 3).ToHashSet();
            view = view with
            {
                Present = view.Present
                    .Union(later.SelectMany(number => Seen(number, new Sighting(view.Time, 9000)))).ToDictionary(),
                Coverages = [covered],
                Returning = [.. returning.Select(number => LineKeys.Member(Given.Place(number), number))],
                ReturningCount = returning.Count,
            };
            var choice = Choose(view, [.. Enumerable.Range(1, units)]);
            var called = choice?.Admissions.Select(one => (int)one.Place.Number).ToList() ?? [];
            Assert.Equal(Enumerable.Range(1, called.Count), choice?.Admissions.Select(one => one.Unit) ?? []);
            Assert.Subset(present, called.ToHashSet());
            Assert.Equal(called.Order(), called);
            // Everyone who may be called up to the last one that was: whoever is waited for holds up all behind.
            var last = Math.Max(choice?.Head ?? head, called.DefaultIfEmpty(0).Max());
            var waitedFor = later.Where(MayBeCalled).DefaultIfEmpty(int.MaxValue).Min();
            Assert.Equal(
                present.Where(number => number <= last && number < waitedFor && MayBeCalled(number)).Order().Take(units), called);
            Assert.DoesNotContain(later, number => number > head && number <= last);
            // Who is passed over is covered, and counted.
            var passed = Enumerable.Range(1, (int)last).Count(number => number > head && !called.Contains(number));
            Assert.Equal(passed, choice?.Skipped ?? 0);
            Assert.All(Enumerable.Range(1, (int)last).Where(number => number > head && !called.Contains(number)),
                number => Assert.True(number <= covered));
            // With a unit left, the line stands only before who is not covered.
            if (choice is null || called.Count == units || last >= 11) return;
            if (later.Overlaps(returning)) return;
            Assert.True(later.Contains((int)last + 1) || (last + 1 > covered && !present.Contains((int)last + 1)));

            bool MayBeCalled(int number) => number > head || returning.Contains(number);
        }, iter: 5000);

    private static Dictionary<string, Sighting> Seen(int number, Sighting seen) =>
        new() { [LineKeys.Field(Given.Place(number))] = seen };

    private static Choice? Choose(LineView view, IReadOnlyList<int> units, int horizon = 500) =>
        Chooser.Choose(view, Given.Sale(100), new LineOrdering(), units, RedeemBy, horizon);
}
