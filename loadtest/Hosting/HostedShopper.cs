using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Hosting;

/// <summary>A shared journey, one request at a time, for a host that times and counts by itself.</summary>
/// <param name="arrive">What comes before the journey: a page of a storefront; null for none.</param>
public sealed class HostedShopper(IWalker walker, Tally tally, Func<CancellationToken, Task<HostedStep>>? arrive)
{
    /// <summary>The step that asks for a storefront's page.</summary>
    public const string Visit = "visit";

    private bool _arrived = arrive is null;

    /// <summary>Null while it goes on.</summary>
    public Ending? Ending { get; private set; }

    /// <summary>It ended by an answer that should not be.</summary>
    public bool HasFailed => Ending == Crowd.Ending.Failed;

    public string Next => _arrived ? walker.Next : Visit;

    /// <summary>How long to wait before the next request.</summary>
    public TimeSpan Pause { get; private set; }

    public async Task<HostedStep> StepAsync(CancellationToken cancel)
    {
        if (!_arrived)
        {
            _arrived = true;
            var visit = await arrive!(cancel).ConfigureAwait(false);
            if (!visit.Ok) End(Crowd.Ending.Failed);
            return visit;
        }

        Pause = await walker.StepAsync(TimeProvider.System.GetTimestamp(), cancel).ConfigureAwait(false);
        if (walker.Ending is not { } ending) return new HostedStep(true, "ok", "");
        Pause = TimeSpan.Zero;
        End(ending);
        return ending == Crowd.Ending.Failed
            ? new HostedStep(false, "unexpected", string.Join("; ", tally.Problems.Keys.Take(3)))
            : new HostedStep(true, ending.ToString(), "");
    }

    private void End(Ending ending)
    {
        Ending = ending;
        tally.CountEnding(ending);
    }
}
