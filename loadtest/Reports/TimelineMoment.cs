namespace FlashSale.LoadTest.Reports;

/// <summary>
/// One look at the run. The crowd's numbers are since the beginning; units and the line as the operators
/// see them.
/// </summary>
/// <param name="At">Seconds from the beginning.</param>
/// <param name="Here">Shoppers who have arrived and not come to an end.</param>
/// <param name="Waiting">Of them in line, says the server.</param>
/// <param name="CrowdCpu">Seconds of processor time that the crowd has used.</param>
/// <param name="EdgeCpu">The same of all edges; 0 when they run elsewhere.</param>
public sealed record TimelineMoment(
    double At, int Joined, int Here, int Called, long Requests, long Waiting, int Admitted, int Held, int Sold,
    int Released, double CrowdCpu, double EdgeCpu, IReadOnlyDictionary<string, double> Megabytes)
{
    /// <summary>Of the requests, those that asked for the place.</summary>
    public long Polls { get; init; }

    /// <summary>Shoppers who were to have arrived by then, whether or not they have joined.</summary>
    public int Intended { get; init; }
}
