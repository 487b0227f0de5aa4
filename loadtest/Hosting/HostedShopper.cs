using FlashSale.LoadTest.Clients;
using FlashSale.LoadTest.Crowd;

namespace FlashSale.LoadTest.Hosting;

/// <summary>A shared journey, one step at a time, for a host that times and counts by itself.</summary>
/// <param name="visit">The storefront where the shopper begins and, once admitted, goes on; null for none.</param>
/// <param name="heard">Told of every request of <paramref name="shopper"/> and <paramref name="visit"/>.</param>
/// <param name="stopped">Cuts the journey off, wherever it is.</param>
public sealed class HostedShopper(
    IWalker walker, Shopper shopper, CrowdTally tally, StorefrontVisit? visit, StepExchanges heard, CancellationToken stopped)
{
    /// <summary>The step that asks for a storefront's page.</summary>
    public const string Visit = "visit";

    /// <summary>The step that comes back to it with the admission.</summary>
    public const string Enter = "enter";

    /// <summary>How a shopper is called who was still on the way at the end.</summary>
    public const string CutOff = "CutOff";

    /// <summary>A storefront that is too busy is asked again this often, as the edge is.</summary>
    private const int MostTries = 30;
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);

    private bool _arrived = visit is null;
    private string? _entered;
    private int _tries;

    /// <summary>Null while it goes on, and for who was cut off.</summary>
    public Ending? Ending { get; private set; }

    /// <summary>It goes on no more, though it came to no end.</summary>
    public bool IsCutOff { get; private set; }

    public bool IsOver => IsCutOff || Ending is not null;

    public string Next => !_arrived ? Visit : IsToEnter ? Enter : IsToPayThere ? JourneyStep.Pay : walker.Next;

    /// <summary>How long to wait before the next request.</summary>
    public TimeSpan Pause { get; private set; }

    /// <summary>The whole journey as one result: how the shopper ended.</summary>
    public HostedStep Result => this switch
    {
        { IsCutOff: true } => new HostedStep(false, CutOff, "still on the way when the run ended"),
        { Ending: Crowd.Ending.Failed } => new HostedStep(false, $"{Ending}", "an answer that should not be, or none"),
        _ => new HostedStep(true, $"{Ending}", ""),
    };

    /// <summary>With the token from the claim, once.</summary>
    private bool IsToEnter => visit is not null && walker.Next == JourneyStep.Reserve && _entered != shopper.Token;

    private bool IsToPayThere => visit is { TakesPayment: true } && walker.Next == JourneyStep.Reserve;

    /// <summary>The whole journey; each step is made by calling what the host is given, within its own measurement.</summary>
    public async Task<HostedStep> WalkAsync(Func<string, Func<Task<HostedStep>>, Task> measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        while (!IsOver)
        {
            await measure(Next, StepAsync).ConfigureAwait(false);
            if (IsOver) break;
            try
            {
                await Task.Delay(Pause, stopped).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                IsCutOff = true;
            }
        }
        return Result;
    }

    /// <summary>
    /// Whatever happens is a step and its result, never an exception. A refusal and a missing answer are not OK, though the
    /// journey goes on and asks again.
    /// </summary>
    public async Task<HostedStep> StepAsync()
    {
        heard.Begin(Next);
        try
        {
            return await MakeAsync(Next).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            IsCutOff = true;
            return new HostedStep(false, CutOff, "the run ended before the answer came", heard.Bytes);
        }
        catch (Exception error)
        {
            End(Crowd.Ending.Failed);
            tally.CountProblem($"broken: {error.Message}");
            return new HostedStep(false, "broken", error.Message, heard.Bytes);
        }
    }

    private Task<HostedStep> MakeAsync(string step) => step switch
    {
        Visit => AskStorefrontAsync(visit!.ComeAsync, () => _arrived = true),
        Enter => AskStorefrontAsync(visit!.EnterAsync, () => _entered = shopper.Token),
        _ when IsToPayThere => PayThereAsync(),
        _ => GoOnAsync(),
    };

    private async Task<HostedStep> GoOnAsync()
    {
        Pause = await walker.StepAsync(TimeProvider.System.GetTimestamp(), stopped).ConfigureAwait(false);
        if (walker.Ending is { } ending) End(ending);
        if (walker.Ending == Crowd.Ending.Failed)
            return new HostedStep(false, walker.Refusal ?? heard.Status, string.Join("; ", tally.Problems.Keys.Take(3)), heard.Bytes);
        return walker.Refusal is { } refusal
            ? new HostedStep(false, refusal, "", heard.Bytes)
            : new HostedStep(true, heard.Status, "", heard.Bytes);
    }

    /// <summary>A storefront that is too busy is asked again; one that does not do as it should ends the journey.</summary>
    private async Task<HostedStep> AskStorefrontAsync(Func<CancellationToken, Task<string?>> ask, Action done)
    {
        var wrong = await WrongAsync(ask).ConfigureAwait(false);
        (Pause, var tries) = (TimeSpan.Zero, _tries);
        _tries = 0;
        if (wrong is null) done();
        else if (heard.IsTemporary && tries + 1 < MostTries) (Pause, _tries) = (s_retryPause, tries + 1);
        else Blame(wrong);
        return new HostedStep(wrong is null, heard.LastStatus, wrong ?? "", heard.Bytes);
    }

    /// <summary>Not repeated: whether a storefront's server takes a payment twice is not known here.</summary>
    private async Task<HostedStep> PayThereAsync()
    {
        var wrong = await WrongAsync(visit!.PayAsync).ConfigureAwait(false);
        Pause = TimeSpan.Zero;
        if (wrong is null) End(Crowd.Ending.Bought);
        else Blame(wrong);
        return new HostedStep(wrong is null, heard.LastStatus, wrong ?? "", heard.Bytes);
    }

    private async Task<string?> WrongAsync(Func<CancellationToken, Task<string?>> ask)
    {
        try
        {
            return await ask(stopped).ConfigureAwait(false);
        }
        catch (Exception error) when (Answers.IsMissing(error, stopped))
        {
            heard.Add(Exchange.Missing);
            return error.Message;
        }
    }

    private void Blame(string wrong)
    {
        tally.CountProblem(wrong);
        End(Crowd.Ending.Failed);
    }

    private void End(Ending ending)
    {
        Pause = TimeSpan.Zero;
        if (Ending is not null) return;
        Ending = ending;
        tally.CountEnding(ending);
    }
}
