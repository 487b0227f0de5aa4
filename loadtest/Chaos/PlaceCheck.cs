namespace FlashSale.LoadTest.Chaos;

/// <summary>Invariant 7 of places: an acknowledged place stays its shopper's until it is used, left or missed.</summary>
public static class PlaceCheck
{
    /// <summary>Between the moment that something happens in the line and the moment that a poll tells it: seconds.</summary>
    private const double NewsSeconds = 3;

    /// <summary>TCP doubles its pauses while nothing arrives, and goes on with them after that: seconds.</summary>
    private const double RetransmissionSeconds = 15;

    public static IEnumerable<string> Check(Evidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return evidence.History.GroupBy(e => e.Shopper)
            .SelectMany(own => Check(evidence, [.. own.OrderBy(e => e.Received)]));
    }

    private static IEnumerable<string> Check(Evidence evidence, HistoryEvent[] own)
    {
        var left = own.FirstOrDefault(e => e.Act == HistoryAct.Leave);
        HistoryEvent? told = null;
        foreach (var answer in own.Where(e => e.Act is HistoryAct.Join or HistoryAct.Poll))
        {
            if (answer.State == "ticketInvalid") yield return $"7: the ticket of {answer.Shopper} was refused";
            if (answer.Answer != HistoryAnswer.Ok) continue;
            if (answer.Act == HistoryAct.Poll && told is not null && answer.Number != told.Number)
                yield return $"7: {answer.Shopper} had number {told.Number} and was then told {answer.Number}";
            if (answer.State == "left" && (left is null || left.Sent > answer.Received))
                yield return $"7: number {answer.Number} of {answer.Shopper} was given up, which nobody asked for";

            // Who asks all the time learns of the turn before it is over.
            if (answer.State == "missed" && told is { State: "waiting" }
                && (answer.Received - told.Sent) / 1e6 < evidence.ClaimSeconds - NewsSeconds
                && !IsHidden(evidence, told))
                yield return $"3: number {answer.Number} of {answer.Shopper} missed a turn of which it was not told";
            told = answer;
        }
    }

    /// <summary>When the shopper was told to wait, their edge, alone, may not have heard of the turn.</summary>
    private static bool IsHidden(Evidence evidence, HistoryEvent told) => evidence.TurnsHidden.Any(hidden =>
        hidden.Began <= evidence.Seconds(told.Received)
        && hidden.Ended + RetransmissionSeconds >= evidence.Seconds(told.Sent));
}
