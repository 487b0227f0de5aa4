using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Hosting;

/// <summary>A shared journey, one request at a time, for a host that times and counts by itself.</summary>
/// <param name="visit">The storefront where the shopper begins and, once admitted, goes on; null for none.</param>
public sealed class HostedShopper(IWalker walker, Shopper shopper, Tally tally, StorefrontVisit? visit)
{
    /// <summary>The step that asks for a storefront's page.</summary>
    public const string Visit = "visit";

    /// <summary>The step that comes back to it with the admission.</summary>
    public const string Enter = "enter";

    private bool _arrived = visit is null;
    private string? _entered;

    /// <summary>Null while it goes on.</summary>
    public Ending? Ending { get; private set; }

    /// <summary>It ended by an answer that should not be.</summary>
    public bool HasFailed => Ending == Crowd.Ending.Failed;

    public string Next => !_arrived ? Visit : IsToEnter ? Enter : IsToPayThere ? Step.Pay : walker.Next;

    /// <summary>How long to wait before the next request.</summary>
    public TimeSpan Pause { get; private set; }

    /// <summary>With the token from the claim, once.</summary>
    private bool IsToEnter => visit is not null && walker.Next == Step.Reserve && _entered != shopper.Token;

    private bool IsToPayThere => visit is { TakesPayment: true } && walker.Next == Step.Reserve;

    /// <summary>
    /// Whatever happens is a step and its result: only a cancellation comes as an exception. A refusal and a missing answer
    /// are not OK, though the journey goes on and asks again.
    /// </summary>
    public async Task<HostedStep> StepAsync(CancellationToken cancel)
    {
        try
        {
            return await MakeAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            End(Crowd.Ending.Failed);
            return new HostedStep(false, Journey.IsNoAnswer(error, cancel) ? "0 no answer" : "broken", error.Message);
        }
    }

    private async Task<HostedStep> MakeAsync(CancellationToken cancel)
    {
        var step = Next;
        if (step == Visit)
        {
            _arrived = true;
            return Judged(await visit!.ComeAsync(cancel).ConfigureAwait(false));
        }
        if (step == Enter)
        {
            _entered = shopper.Token;
            return Judged(await visit!.EnterAsync(cancel).ConfigureAwait(false));
        }
        if (IsToPayThere)
        {
            var paid = Judged(await visit!.PayAsync(cancel).ConfigureAwait(false));
            End(Crowd.Ending.Bought);
            return paid;
        }

        Pause = await walker.StepAsync(TimeProvider.System.GetTimestamp(), cancel).ConfigureAwait(false);
        if (walker.Ending is { } ending)
        {
            Pause = TimeSpan.Zero;
            End(ending);
        }
        if (walker.Ending == Crowd.Ending.Failed)
            return new HostedStep(false, walker.Refusal ?? "unexpected", string.Join("; ", tally.Problems.Keys.Take(3)));
        return walker.Refusal is { } refusal
            ? new HostedStep(false, refusal, refusal)
            : new HostedStep(true, walker.Ending?.ToString() ?? "ok", "");
    }

    /// <summary>A storefront that does not do as it should ends the journey.</summary>
    private HostedStep Judged(HostedStep made)
    {
        Pause = TimeSpan.Zero;
        if (!made.Ok) End(Crowd.Ending.Failed);
        return made;
    }

    private void End(Ending ending)
    {
        if (Ending is not null) return;
        Ending = ending;
        tally.CountEnding(ending);
    }
}
