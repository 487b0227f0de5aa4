using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Reports;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>
/// Whether the line counts people: what shoppers were told to be ahead, against the shoppers who truly stayed, had lower numbers
/// and had not been called.
/// </summary>
public static class PeopleAhead
{
    /// <summary>A turn is known to the second, and a poll is answered by a board that is a little older.</summary>
    private const double CallSeconds = 2;

    /// <summary>Off by so few is not judged.</summary>
    private const double Free = 20;

    /// <summary>What was told earlier before the start is not judged: those who are gone were not known to be.</summary>
    private static readonly TimeSpan s_before = TimeSpan.FromSeconds(10);

    /// <param name="startsAt">Of the sale: from then on people are called while others are told how many are ahead.</param>
    public static PeopleReport Measure(CrowdTally tally, SaleRules rules, DateTimeOffset startsAt)
    {
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentNullException.ThrowIfNull(rules);
        var stayed = tally.People.Order().ToArray();
        var turn = TimeSpan.FromMilliseconds(Queue.TurnTimes.TurnMs(rules.ClaimSeconds));
        var called = tally.Admissions.Where(one => one.Stayed)
            .Select(one => (one.Number, At: one.RedeemBy - turn)).OrderBy(one => one.At).ToArray();
        var (off, told) = (new List<double>(), tally.Places.Where(place => place.At >= startsAt - s_before).OrderBy(place => place.At).ToArray());
        // Of those with lower numbers: how many have been called, by the time of each answer.
        var calledBelow = new int[stayed.Length + 1];
        var next = 0;
        foreach (var place in told)
        {
            for (; next < called.Length && called[next].At <= place.At; next++)
                for (var at = IndexOf(called[next].Number) + 1; at < calledBelow.Length; at += at & -at) calledBelow[at]++;
            var below = IndexOf(place.Number);
            var gone = 0;
            for (var at = below; at > 0; at -= at & -at) gone += calledBelow[at];
            var ahead = below - gone;
            var free = Free + (place.At >= startsAt ? CallSeconds * rules.AdmitPerSecond : 0);
            off.Add(Math.Max(0, Math.Abs(place.Ahead - ahead) - free) / Math.Max(1, ahead));
        }

        off.Sort();
        return new PeopleReport(
            told.Length, off.Count > 0 ? Math.Round(off[^1], 4) : 0, tally.MissedAsTold.Count);

        int IndexOf(long number)
        {
            var at = Array.BinarySearch(stayed, number);
            return at < 0 ? ~at : at;
        }
    }

    /// <summary>What is wrong, in words.</summary>
    public static IEnumerable<string> Judge(PeopleReport people, double mostOff)
    {
        ArgumentNullException.ThrowIfNull(people);
        if (people.Missed > 0) yield return $"{people.Missed} shoppers who polled when told missed their turn";
        if (people.Told == 0) yield return "nobody was told how many people are ahead";
        if (people.WorstOff > mostOff)
            yield return $"a shopper was told a number of people ahead that is off by {people.WorstOff:p0}, at most {mostOff:p0} expected";
    }
}
