namespace FlashSale.LoadTest.Crowd;

/// <summary>
/// Someone who makes one request after the other. Between two requests it is only this object: no task and no
/// timer,
/// which is what lets one process hold a crowd of waiting shoppers.
/// </summary>
public interface IWalker
{
    /// <summary>What the next request is for; see <see cref="JourneyStep"/>.</summary>
    string Next { get; }

    /// <summary>Null while it goes on.</summary>
    Ending? Ending { get; }

    /// <summary>
    /// The refusal or missing answer that the last step got, such as <c>503 unavailable</c>; null when it was answered.
    /// </summary>
    string? Refusal { get; }

    /// <summary>
    /// Makes the next request and handles its answer; not called again before it has completed.
    /// </summary>
    /// <param name="due">When the request was meant to be made, as a timestamp: its latency counts from
    /// there.</param>
    /// <returns>How long to wait before the next.</returns>
    Task<TimeSpan> StepAsync(long due, CancellationToken cancel);
}
