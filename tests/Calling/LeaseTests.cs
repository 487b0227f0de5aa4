using CsCheck;

using FlashSale.Calling;
using FlashSale.Queue;
using FlashSale.Simulator.Models;

using Xunit;

namespace FlashSale.Tests.Calling;

public sealed class LeaseTests
{
    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 1499, true)]
    [InlineData(0, 1500, false)]
    [InlineData(-200, 1299, true)]
    [InlineData(-200, 1300, false)]
    public void Invariant1_A_lease_is_believed_in_for_less_than_Redis_does_from_before_it_was_asked_for(
        int askedMs, int ms, bool leads)
    {
        var lease = Heard(Lease.None, At(askedMs), Granted(10));
        Assert.Equal(leads, lease.Current(At(ms)) is not null);
        Assert.True(lease.RenewedAt + TimeSpan.FromMilliseconds(Lease.ValidMs) > At(askedMs + 1500));
    }

    [Fact]
    public void A_renewal_is_the_same_term_and_another_fence_or_run_is_another()
    {
        var lease = Heard(Lease.None, At(0), Granted(10));
        var (term, renewed) = (lease.Current(At(0)), Heard(lease, At(300), Granted(10, 10)));
        Assert.Same(term, renewed.Current(At(1700)));
        Assert.NotSame(term, Heard(lease, At(300), Granted(11, 10)).Current(At(300)));
        Assert.NotSame(term, Heard(lease, At(300), Granted(10, 10, run: "b")).Current(At(300)));
    }

    [Fact]
    public void Who_hears_of_another_holder_stands_by()
    {
        var lease = Heard(Heard(Lease.None, At(0), Granted(10)), At(300), Refused(fence: 12, holder: "b"));
        Assert.Null(lease.Current(At(300)));
        Assert.Equal((true, 12), (lease.AnotherLeads, lease.HighestFence));
        Assert.False(lease.Unheard(lease.Ask(At(600))).AnotherLeads);
    }

    [Fact]
    public void No_answer_leaves_a_lease_as_long_as_it_lasts()
    {
        var lease = Heard(Lease.None, At(0), Granted(10));
        lease = lease.Unheard(lease.Ask(At(300)));
        Assert.NotNull(lease.Current(At(1499)));
        Assert.Null(lease.Current(At(1500)));
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(1001, true)]
    public void A_lease_that_Redis_has_lost_is_left_to_its_holder_for_a_second(int ms, bool mayTake)
    {
        Assert.False(Lease.None.Ask(At(0)).MayTake);
        var lease = Heard(Lease.None, At(0), Refused(fence: 0));
        Assert.Equal(mayTake, lease.Ask(At(ms)).MayTake);
        // Still nobody: the first answer counts.
        Assert.Equal(mayTake, Heard(lease, At(500), Refused(fence: 0)).Ask(At(ms)).MayTake);
        // Somebody has it meanwhile.
        Assert.False(Heard(lease, At(500), Refused(fence: 7, holder: "b")).Ask(At(ms)).MayTake);
    }

    [Theory]
    [InlineData(1400, 1, "yes", true)]
    [InlineData(1600, 0, "alone", true)]
    [InlineData(1600, 1, "no", false)]
    public void Its_holder_and_the_only_room_may_take_a_lost_lease_at_once(int ms, int others, string goesOn, bool mayTake)
    {
        var lease = Heard(Asks(Lease.None, from: -10_000, to: -1000), At(0), Granted(10, 10) with { Others = others });
        Assert.Equal(new LeaseQuestion(At(ms), 10, mayTake, 10, goesOn), lease.Ask(At(ms)));
    }

    /// <summary>
    /// Another room may not have told Redis again that it is there, or have come while this one stood still: it may lead, and Redis lose
    /// that, too.
    /// </summary>
    [Theory]
    [InlineData(0, 10, 1)]
    [InlineData(0, 0, 0)]
    [InlineData(3000, 10, 0)]
    public void Invariant1_Who_is_told_of_no_other_room_does_not_know_for_ten_seconds_that_there_is_none(int later, long previous, int others)
    {
        var lease = Asks(Lease.None, from: -20_000, to: 0);
        lease = Heard(lease, At(later), Granted(10, previous) with { Others = others });
        lease = Asks(lease, later + 1000, later + 9000);
        Assert.Equal("no", lease.Ask(At(later + 10_600)).GoesOn);
        lease = Asks(lease, later + 10_000, later + 11_000);
        Assert.Equal("alone", lease.Ask(At(later + 12_600)).GoesOn);
        // Redis is away, but it goes on asking; and then it stands still.
        lease = lease.Unheard(lease.Ask(At(later + 12_600)));
        Assert.Equal("alone", lease.Ask(At(later + 14_900)).GoesOn);
        Assert.Equal("no", lease.Ask(At(later + 15_200)).GoesOn);
    }

    [Fact]
    public void Invariant1_Who_asks_as_the_only_room_and_hears_of_another_does_not_go_on()
    {
        var lease = Asks(Lease.None, from: -20_000, to: 0);
        var question = lease.Ask(At(1600));
        Assert.Equal("alone", question.GoesOn);
        Assert.Equal(12, lease.Heard(question, new LeaseAnswer(12, "me", 10, "b", 1, Tenure: 10)).Term!.Tenure);
    }

    [Fact]
    public void A_fence_that_was_met_ends_the_term_that_met_it_and_no_other()
    {
        var first = Heard(Lease.None, At(0), Granted(10));
        var second = Heard(first, At(300), Granted(20, 10));
        Assert.Null(first.Fenced(first.Term!, 15).Current(At(0)));
        Assert.Same(second.Term, second.Fenced(first.Term!, 15).Current(At(300)));
        Assert.Equal(20, second.Fenced(first.Term!, 15).HighestFence);
    }

    [Fact]
    public void Invariant1_An_answer_is_worth_nothing_once_a_higher_fence_has_been_met()
    {
        var first = Heard(Lease.None, At(0), Granted(10));
        var question = first.Ask(At(300));
        Assert.Null(first.Fenced(first.Term!, 11).Heard(question, Granted(10, 10)).Current(At(300)));
        Assert.NotNull(first.Fenced(first.Term!, 11).Heard(question, Granted(12, 10)).Current(At(300)));
    }

    /// <summary>Redis says that tenure 10 goes on: that proves something in the run that granted it, or while it is valid.</summary>
    [Theory]
    [InlineData(0, 10, "a", true)]
    [InlineData(0, 12, "b", true)]
    [InlineData(1600, 10, "a", true)]
    [InlineData(1600, 10, "b", false)]
    [InlineData(1600, 12, "b", true)]
    [InlineData(2000, 12, "a", true)]
    [InlineData(2000, 12, "b", false)] // Its own questions, whose answers were lost, have kept it valid in an old copy.
    public void Invariant1_A_tenure_goes_on_only_where_nobody_else_can_have_led(int ms, long previous, string run, bool goesOn)
    {
        var lease = Heard(Lease.None, At(0), Granted(10) with { Others = 1 });
        var term = Heard(lease, At(ms), new LeaseAnswer(12, "me", previous, run, 1, Tenure: 10)).Term!;
        Assert.Equal((12, goesOn ? 10 : 12), (term.Fence, term.Tenure));
    }

    [Fact]
    public void In_a_Cluster_no_run_proves_that_nobody_else_has_led()
    {
        var lease = Heard(Lease.None, At(0), Granted(10, run: "") with { Others = 1 });
        Assert.Equal(12, Heard(lease, At(1600), new LeaseAnswer(12, "me", 10, "", 1, Tenure: 10)).Term!.Tenure);
    }

    /// <summary>
    /// With the script's model as Redis: whatever answers are late or lost, and when the lease itself is lost with all of
    /// Redis, a fence belongs to one room, and while Redis keeps what it has, one room leads.
    /// </summary>
    [Fact]
    public void Invariant1_No_two_rooms_lead_by_one_fence_and_while_Redis_keeps_the_lease_no_two_at_once() => Gen
        .Select(Gen.Int[0, 2], Gen.Int[0, 700], Gen.Int[0, 9]).Array[1, 60].Sample(steps =>
        {
            var redis = new RedisModel { RunId = "a", NowMs = 1_000_000 };
            var rooms = Enumerable.Repeat(Lease.None, 3).ToArray();
            var (owners, kept) = (new Dictionary<long, int>(), true);
            foreach (var (room, ms, what) in steps)
            {
                // No server comes up again within a millisecond.
                if (what == 9)
                {
                    kept &= !redis.Delete(LineKeys.Lease);
                    (redis.RunId, redis.NowMs) = (redis.RunId + "a", redis.NowMs + 1);
                }

                var question = rooms[room].Ask(At(redis.NowMs));
                var result = redis.Run(Script.Lease, [LineKeys.Lease],
                [
                    $"room-{room}", Lease.ValidMs, question.HighestFence, question.MayTake, false, question.Tenure, question.GoesOn,
                ]);
                // The answer is under way for a part of the time, or lost.
                redis.NowMs += ms / 2;
                var answer = new LeaseAnswer(
                    (long)result[0], (string?)result[1] ?? "", (long)result[2], (string?)result[3] ?? "", (int)result[4],
                    (long)result[5]);
                rooms[room] = what == 8 ? rooms[room].Unheard(question) : rooms[room].Heard(question, answer);
                redis.NowMs += ms - ms / 2;
                var leading = Enumerable.Range(0, 3).Where(one => rooms[one].Current(At(redis.NowMs)) is not null).ToList();
                Assert.True(!kept || leading.Count <= 1, $"{leading.Count} lead");
                foreach (var one in leading)
                {
                    Assert.Equal(one, owners.GetValueOrDefault(rooms[one].Term!.Fence, one));
                    owners[rooms[one].Term!.Fence] = one;
                }
            }
        }, iter: 2000, print: steps => string.Join(", ", steps.Select(step => $"{step.Item1} {step.Item2} {step.Item3}")));

    private static Lease Heard(Lease lease, TimeSpan asked, LeaseAnswer answer) => lease.Heard(lease.Ask(asked), answer);

    /// <summary>Leads, is told every second of no other room.</summary>
    private static Lease Asks(Lease lease, int from, int to)
    {
        for (var ms = from; ms <= to; ms += 1000) lease = Heard(lease, At(ms), Granted(10, 10));
        return lease;
    }

    private static LeaseAnswer Granted(long fence, long previous = 0, string run = "a") =>
        new(fence, "me", previous, run, 0, Tenure: fence);

    private static LeaseAnswer Refused(long fence, string holder = "") => new(0, holder, fence, "a", 1, 0);

    private static TimeSpan At(long ms) => TimeSpan.FromMilliseconds(ms);
}
