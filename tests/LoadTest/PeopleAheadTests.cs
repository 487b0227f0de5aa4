using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Scenarios;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>What a run of ghosts is judged by.</summary>
public sealed class PeopleAheadTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly CrowdTally _tally = new() { CountsPeople = true };

    public PeopleAheadTests()
    {
        // A thousand who stay, each behind nine who are gone.
        for (var number = 10; number <= 10_000; number += 10) _tally.People.Add(number);
    }

    [Fact]
    public void Numbers_told_for_people_are_found()
    {
        _tally.Places.Add(new SeenPlace(5000, 4999, s_start.AddSeconds(-5)));
        Assert.NotEmpty(Judged());
    }

    [Fact]
    public void People_are_right_before_the_start_and_when_some_have_been_called()
    {
        _tally.Places.Add(new SeenPlace(5000, 4999, s_start.AddSeconds(-50)));
        _tally.Places.Add(new SeenPlace(5000, 520, s_start.AddSeconds(-5)));
        Assert.Empty(Judged());
        for (var number = 10; number <= 4000; number += 10)
            _tally.Admit(new SeenAdmission(number, number / 10, s_start.AddSeconds(21), Stayed: true));
        _tally.Places.Add(new SeenPlace(5000, 99, s_start.AddSeconds(10)));
        Assert.Empty(Judged());
        _tally.Places.Add(new SeenPlace(9000, 899, s_start.AddSeconds(10)));
        Assert.NotEmpty(Judged());
    }

    [Fact]
    public void Who_polled_when_told_and_missed_is_found()
    {
        _tally.Places.Add(new SeenPlace(5000, 499, s_start.AddSeconds(-5)));
        _tally.MissedAsTold.Add(10);
        Assert.Equal("1 shoppers who polled when told missed their turn", Assert.Single(Judged()));
    }

    private List<string> Judged() =>
        [.. PeopleAhead.Judge(PeopleAhead.Measure(_tally, new SaleRules(AdmitPerSecond: 10, ClaimSeconds: 20), s_start), 0.1)];
}
