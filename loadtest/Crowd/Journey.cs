using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Crowd;

/// <summary>
/// One shopper from joining to the end, doing as the server tells (when to poll, when to come back). Every
/// answer that
/// the contract allows in that situation is handled; any other ends the journey as <see
/// cref="Ending.Failed"/>.
/// </summary>
/// <param name="presence">For how long the sale still takes someone for present who is not seen.</param>
/// <param name="seed">For what this shopper does by chance.</param>
public sealed partial class Journey(
    Shopper shopper, Behaviour behaviour, TimeSpan presence, CrowdTally tally, TimeProvider clock, int seed = 0) : IWalker
{
    /// <summary>Who lost the place by being late joins again this often.</summary>
    private const int MostJoins = 4;

    /// <summary>
    /// A request that the server is too busy for, or that got no answer, is repeated this often.
    /// </summary>
    private const int MostTries = 30;
    private const int Tabs = 3;
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_leastRetryPause = TimeSpan.FromMilliseconds(100);

    private readonly int _clicks = behaviour switch
    {
        Behaviour.DoubleClicks => 2,
        Behaviour.ManyTabs => Tabs,
        _ => 1,
    };
    private long? _due;
    private int _tries;
    private TimeSpan _pause;
    private TimeSpan _latest;

    public string Next { get; private set; } = JourneyStep.Join;

    public Ending? Ending { get; private set; }

    public string? Refusal { get; private set; }

    public async Task<TimeSpan> StepAsync(long due, CancellationToken cancel)
    {
        _due ??= due;
        (_pause, Refusal) = (TimeSpan.Zero, null);
        try
        {
            await MakeAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // What has no answer at the end of a run has waited for it so long at least.
            tally.CountUnfinished(Next, clock.GetElapsedTime(_due.Value));
            throw;
        }
        return _pause;
    }

    internal static bool IsNoAnswer(Exception error, CancellationToken cancel) => Answers.IsMissing(error, cancel);

    private Task MakeAsync(CancellationToken cancel) => Next switch
    {
        JourneyStep.Join => JoinAsync(cancel),
        JourneyStep.Poll => PollAsync(cancel),
        JourneyStep.Leave => LeaveAsync(cancel),
        JourneyStep.Claim => ClaimAsync(cancel),
        JourneyStep.Reserve => ReserveAsync(cancel),
        JourneyStep.Pay => PayAsync(cancel),
        JourneyStep.Read => ReadAsync(cancel),
        JourneyStep.GiveBack => GiveBackAsync(cancel),
        _ => throw new InvalidOperationException($"no such step: {Next}"),
    };

    /// <summary>
    /// One answer to handle, or null when the same is to be asked again after a pause: latency goes on counting. With
    /// several clicks each answer must be one that the contract allows, and one of them is handled.
    /// </summary>
    /// <param name="request">Makes the request of a click, by its number.</param>
    /// <param name="identity">What all clicks must agree on.</param>
    private async Task<Answer<T>?> AskAsync<T>(
        Func<int, CancellationToken, Task<Answer<T>>> request, int clicks, Func<T, string> identity, CancellationToken cancel)
        where T : class
    {
        Answer<T>[] answers = clicks == 1
            ? [await AnswerAsync(request(0, cancel), cancel).ConfigureAwait(false)]
            : await Task.WhenAll(Enumerable.Range(0, clicks).Select(click => AnswerAsync(request(click, cancel), cancel)))
                .ConfigureAwait(false);
        tally.CountRequests(Next, clicks);
        if (answers.Where(one => one.Body is not null).Select(one => identity(one.Body!)).Distinct().Skip(1).Any())
            Fail($"{Next}: {clicks} clicks gave different answers");
        var answer = answers.MinBy(Rank)!;
        foreach (var one in answers)
        {
            if (one.Problem is null) continue;
            tally.CountAnswer(Next, one.Status, one.Problem);
            if (one.IsTemporary) Refusal = $"{one.Status} {one.Problem}";
            else if (one != answer && !Allows(one.Problem)) Unexpected(one);
        }
        if (answer.IsTemporary && ++_tries < MostTries)
        {
            _pause = answer.RetryAfter ?? s_retryPause;
            if (_pause < s_leastRetryPause) _pause = s_leastRetryPause;
            return null;
        }

        var took = clock.GetElapsedTime(_due!.Value);
        tally.Record(Next, took);
        if (took > _latest) _latest = took;
        (_due, _tries) = (null, 0);
        return answer;
    }

    private Task<Answer<T>?> AskAsync<T>(
        Func<CancellationToken, Task<Answer<T>>> request, int clicks, Func<T, string> identity, CancellationToken cancel)
        where T : class => AskAsync((_, token) => request(token), clicks, identity, cancel);

    /// <summary>A missing answer as one of status 0, so that a click without does not lose what the others were told.</summary>
    private static async Task<Answer<T>> AnswerAsync<T>(Task<Answer<T>> request, CancellationToken cancel) where T : class
    {
        try
        {
            return await request.ConfigureAwait(false);
        }
        catch (Exception error) when (IsNoAnswer(error, cancel))
        {
            return new Answer<T>(0, null, error is TaskCanceledException ? "no answer in time" : error.Message, null);
        }
    }

    /// <summary>Of several answers the lowest is handled: what was done first, then what says most of how things are.</summary>
    private static int Rank<T>(Answer<T> answer) where T : class => answer switch
    {
        { Status: 201 } => 0,
        { Problem: null } => 1,
        { Problem: "paymentInProgress" } => 2,
        { IsTemporary: false } => 3,
        _ => 4,
    };

    /// <summary>Problems that the contract allows in this situation.</summary>
    private bool Allows(string problem) => (Next, problem) switch
    {
        (JourneyStep.Join or JourneyStep.Claim or JourneyStep.Reserve, "saleEnded") => true,
        (JourneyStep.Join or JourneyStep.Claim, "alreadyBought") => _paid,
        (JourneyStep.Claim or JourneyStep.Reserve, "admissionMissed" or "admissionSpent") => true,
        (JourneyStep.Claim, "notYourTurn") => true,
        (JourneyStep.Reserve, "admissionRequired" or "admissionInvalid") => IsPast(_redeemBy),
        (JourneyStep.Pay, "paymentDeclined" or "paymentInProgress" or "reservationEnded") => true,
        // Another tab's key has bought it.
        (JourneyStep.Pay, "alreadyBought") => behaviour == Behaviour.ManyTabs,
        (JourneyStep.Pay or JourneyStep.Read or JourneyStep.GiveBack, "admissionRequired" or "admissionInvalid") => IsPast(_payBy),
        _ => false,
    };

    private void Go(string next, TimeSpan pause = default) => (Next, _pause) = (next, pause);

    private void End(Ending ending) => Ending ??= ending;

    private void Fail(string why)
    {
        tally.CountProblem(why);
        End(Crowd.Ending.Failed);
    }

    private void Unexpected<T>(Answer<T> answer) where T : class
    {
        Refusal = $"{answer.Status} {answer.Problem}";
        Fail($"{Next}: unexpected {Refusal}");
    }
}
