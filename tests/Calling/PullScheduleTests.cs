using CsCheck;

using FlashSale.Calling;
using FlashSale.Contract;

using Xunit;

namespace FlashSale.Tests.Calling;

public sealed class PullScheduleTests
{
    private static readonly LedgerOutage s_outage = new(Given.Start, Given.Start.AddSeconds(1));

    [Fact]
    public void The_first_question_is_due_at_once()
    {
        Assert.True(Ask(PullSchedule.Start, 0).Question!.IsFull);
        Assert.NotNull(PullSchedule.Start.Next(Given.At(0), leads: false, poked: false, saleNeedsAll: false).Question);
    }

    [Theory]
    [InlineData(true, false, 199, false)]
    [InlineData(true, false, 200, true)]
    [InlineData(true, true, 39, false)]
    [InlineData(true, true, 40, true)]
    [InlineData(false, false, 999, false)]
    [InlineData(false, false, 1000, true)]
    [InlineData(false, true, 40, true)]
    public void A_leader_asks_five_times_a_second_others_once_and_a_poke_is_heard_after_40_ms(
        bool leads, bool poked, int ms, bool asks)
    {
        var asked = PullSchedule.Start.Next(Given.At(0), leads, poked: false, saleNeedsAll: false).Schedule;
        Assert.Equal(asks, asked.Next(Given.At(ms / 1000.0), leads, poked, saleNeedsAll: false).Question is not null);
    }

    [Fact]
    public void What_is_not_due_changes_nothing()
    {
        var asked = Ask(PullSchedule.Start, 0).Schedule;
        Assert.Equal(asked, asked.Next(Given.At(0.1), leads: true, poked: false, saleNeedsAll: true).Schedule);
    }

    [Fact]
    public void A_room_that_stands_by_asks_for_no_units_and_no_sums()
    {
        var question = Known(0).Next(Given.At(5), leads: false, poked: false, saleNeedsAll: true).Question!;
        Assert.Equal(new PullQuestion(Given.At(5).Ledger, Sums: false), question);
    }

    [Fact]
    public void A_leader_asks_for_what_has_changed_since_the_last_answer_by_the_ledgers_clock() =>
        Assert.Equal(Given.Start.AddSeconds(-3), Ask(Known(-3), 1).Question!.Since);

    [Fact]
    public void The_sums_are_compared_once_a_second_and_never_with_a_full_answer()
    {
        var (schedule, sums) = (Known(0), new List<double>());
        Assert.False(Ask(PullSchedule.Start, 0).Question!.Sums);
        for (var ms = 200; ms <= 3000; ms += 200)
        {
            (schedule, var question) = Ask(schedule, ms / 1000.0);
            if (question!.Sums) sums.Add(ms);
        }

        Assert.Equal([200, 1200, 2200], sums);
    }

    [Fact]
    public void A_sale_that_has_lost_track_is_told_everything() => Assert.True(
        Known(0).Next(Given.At(1), leads: true, poked: false, saleNeedsAll: true).Question!.IsFull);

    [Theory]
    [InlineData(true, false, false, true)]
    [InlineData(false, true, false, true)]
    [InlineData(false, false, true, true)]
    [InlineData(false, false, false, false)]
    public void Everything_is_asked_for_when_changes_may_have_been_missed(
        bool salesChanged, bool newOutage, bool differs, bool full)
    {
        var (schedule, question) = Ask(Known(0), 1);
        schedule = schedule.Hear(question!, salesChanged, newOutage ? s_outage : null)
            .Taken(question!, Given.At(1).Ledger, differs);
        Assert.Equal(full, Ask(schedule, 2).Question!.IsFull);
    }

    [Fact]
    public void An_outage_that_was_told_of_before_is_no_news()
    {
        var (schedule, question) = Ask(PullSchedule.Start, 0);
        schedule = schedule.Hear(question!, salesChanged: true, s_outage).Taken(question!, Given.Start, differs: false);
        (schedule, question) = Ask(schedule, 1);
        Assert.False(schedule.Hear(question!, salesChanged: false, s_outage).NeedsAll);
    }

    [Fact]
    public void A_new_term_asks_for_everything_and_takes_no_answer_that_was_asked_for_before()
    {
        var (schedule, before) = Ask(Known(0), 1);
        Assert.True(schedule.IsOfTerm(before!));
        schedule = schedule.NewTerm(continues: true);
        Assert.False(schedule.IsOfTerm(before!));
        (schedule, var all) = Ask(schedule, 2);
        Assert.True(all!.IsFull);
        Assert.True(schedule.IsOfTerm(all));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void A_sale_is_new_only_to_a_room_that_has_heard_of_the_others_in_this_tenure(bool continues, bool heard)
    {
        var schedule = Known(0).NewTerm(continues);
        Assert.Equal(heard, schedule.Heard);
        var (asked, question) = Ask(schedule, 2);
        Assert.True(asked.Hear(question!, salesChanged: false, null).Heard);
    }

    [Fact]
    public void What_was_missed_is_asked_for_until_a_full_answer_is_taken() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 2], Gen.Bool, Gen.Bool).Array[1, 40].Sample(answers =>
        {
            var (schedule, missed, outage, at) = (Known(0), false, (LedgerOutage?)null, 0.0);
            foreach (var (salesChanged, outages, differs, arrives) in answers)
            {
                (schedule, var question) = Ask(schedule, at += 0.2);
                Assert.Equal(missed, question!.IsFull);
                if (!arrives) continue;
                var told = outages == 0 ? outage : new LedgerOutage(Given.Start, Given.Start.AddSeconds(at));
                missed = !question.IsFull && (missed || salesChanged || told != outage || differs);
                outage = told;
                schedule = schedule.Hear(question, salesChanged, told).Taken(question, Given.At(at).Ledger, differs);
            }
        });

    /// <summary>A leader that has taken a full answer.</summary>
    private static PullSchedule Known(double asOf)
    {
        var (schedule, question) = Ask(PullSchedule.Start.NewTerm(continues: false), 0);
        return schedule.Hear(question!, salesChanged: true, outage: null)
            .Taken(question!, Given.Start.AddSeconds(asOf), differs: false);
    }

    private static (PullSchedule Schedule, PullQuestion? Question) Ask(PullSchedule schedule, double seconds) =>
        schedule.Next(Given.At(seconds), leads: true, poked: false, saleNeedsAll: false);
}
