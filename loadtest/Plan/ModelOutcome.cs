namespace FlashSale.LoadTest.Plan;

/// <summary>What the model says of a sale.</summary>
/// <param name="SoldOutAt">Seconds from the start until the last unit was paid, or null when the line ran dry first.</param>
/// <param name="Waits">Seconds from joining (or the start, when later) to the call, of those who were called; sorted.</param>
public sealed record ModelOutcome(IReadOnlyList<ModelSecond> Timeline, double? SoldOutAt, IReadOnlyList<double> Waits)
{
    /// <summary>Seconds over which polls are averaged: the model follows a sample of the shoppers.</summary>
    public const int BusySeconds = 10;

    /// <summary>Polls a second in the busiest <see cref="BusySeconds"/>.</summary>
    public double PeakPolls => Busiest(Timeline);

    public double PeakConnections => Timeline.Count == 0 ? 0 : Timeline.Max(second => second.Connections);

    public long PeakJoins => Timeline.Count == 0 ? 0 : Timeline.Max(second => second.Joins);

    public long PeakWaiting => Timeline.Count == 0 ? 0 : Timeline.Max(second => second.Waiting);

    /// <summary>The highest mean of polls a second over <see cref="BusySeconds"/> of these.</summary>
    public static double Busiest(IReadOnlyList<ModelSecond> seconds)
    {
        ArgumentNullException.ThrowIfNull(seconds);
        var (sum, most) = (0.0, 0.0);
        for (var i = 0; i < seconds.Count; i++)
        {
            sum += seconds[i].Polls - (i >= BusySeconds ? seconds[i - BusySeconds].Polls : 0);
            most = Math.Max(most, sum / BusySeconds);
        }

        return most;
    }
}
