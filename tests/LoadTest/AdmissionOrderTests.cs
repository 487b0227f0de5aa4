using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;

using Xunit;

namespace FlashSale.Tests.LoadTest;

public sealed class AdmissionOrderTests
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Admissions_in_ticket_order_pass() =>
        Assert.Empty(AdmissionOrder.Judge([At(3, 11), At(1, 10), At(2, 10)], [4, 5]));

    [Fact]
    public void A_later_number_that_was_admitted_earlier_is_found() =>
        Assert.Single(AdmissionOrder.Judge([At(1, 12), At(2, 11)], []));

    [Fact]
    public void Someone_present_who_was_passed_over_is_found() =>
        Assert.Single(AdmissionOrder.Judge([At(1, 10), At(3, 10)], [2]));

    [Fact]
    public void A_second_place_or_one_who_was_away_does_not_count_against_the_order() =>
        Assert.Empty(AdmissionOrder.Judge([At(1, 10), At(9, 9, stayed: false)], [5]));

    [Fact]
    public void A_bot_before_an_honest_lower_number_is_found()
    {
        var bot = new SeenAdmission(5, 1, s_start.AddSeconds(10), Stayed: false, Bot: true);

        Assert.Single(AdmissionOrder.Judge([At(3, 12), bot], []));
        Assert.Single(AdmissionOrder.Judge([bot], [4]));
        Assert.Empty(AdmissionOrder.Judge([At(3, 10), At(8, 11), bot], [9]));
    }

    private static SeenAdmission At(long number, int seconds, bool stayed = true) =>
        new(number, 1, s_start.AddSeconds(seconds), stayed);
}
