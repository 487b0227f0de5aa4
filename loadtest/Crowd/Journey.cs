using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Crowd;

/// <summary>
/// One shopper from joining to the end, doing as the server tells (when to poll, when to come back). Every
/// answer that
/// the contract allows in that situation is handled; any other ends the journey as <see
/// cref="Ending.Failed"/>.
/// </summary>
/// <param name="presence">For how long the sale still takes someone for present who is not seen.</param>
public sealed partial class Journey(
    Shopper shopper, Behaviour behaviour, TimeSpan presence, Tally tally, TimeProvider clock) : IWalker
{
    /// <summary>Who lost the place by being late joins again this often.</summary>
    private const int MostJoins = 4;

    /// <summary>
    /// A request that the server is too busy for, or that got no answer, is repeated this often.
    /// </summary>
    private const int MostTries = 30;
    private const int Tabs = 3;
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);

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

    public string Next { get; private set; } = Step.Join;

    public Ending? Ending { get; private set; }

    public async Task<TimeSpan> StepAsync(long due, CancellationToken cancel)
    {
        _due ??= due;
        _pause = TimeSpan.Zero;
        try
        {
            await MakeAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (IsNoAnswer(error, cancel))
        {
            tally.CountRequests(Next, 1);
            tally.CountAnswer(Next, 0, error is TaskCanceledException ? "no answer in time" : error.Message);
            if (++_tries >= MostTries) Fail($"{Next}: no answer, {MostTries} times");
            _pause = s_retryPause;
        }
        return _pause;
    }

    internal static bool IsNoAnswer(Exception error, CancellationToken cancel) =>
        error is HttpRequestException or IOException || (error is TaskCanceledException && !cancel.IsCancellationRequested);

    private Task MakeAsync(CancellationToken cancel) => Next switch
    {
        Step.Join => JoinAsync(cancel),
        Step.Poll => PollAsync(cancel),
        Step.Leave => LeaveAsync(cancel),
        Step.Claim => ClaimAsync(cancel),
        Step.Reserve => ReserveAsync(cancel),
        Step.Pay => PayAsync(cancel),
        Step.Read => ReadAsync(cancel),
        Step.GiveBack => GiveBackAsync(cancel),
        _ => throw new InvalidOperationException($"no such step: {Next}"),
    };

    /// <summary>
    /// One answer to handle, or null when the same is to be asked again after a pause: latency goes on
    /// counting.
    /// </summary>
    /// <param name="identity">What all tabs must agree on.</param>
    private async Task<Answer<T>?> AskAsync<T>(
        Func<CancellationToken, Task<Answer<T>>> request, int clicks, Func<T, string> identity, CancellationToken cancel)
        where T : class
    {
        Answer<T> answer;
        if (clicks == 1)
        {
            answer = await request(cancel).ConfigureAwait(false);
            tally.CountRequests(Next, 1);
        }
        else
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, clicks).Select(_ => request(cancel)))
                .ConfigureAwait(false);
            tally.CountRequests(Next, clicks);
            var told = answers.Where(one => one.Body is not null).ToArray();
            if (told.Select(one => identity(one.Body!)).Distinct().Skip(1).Any())
                Fail($"{Next}: {clicks} clicks gave different answers");
            answer = told.Length > 0 ? told.OrderByDescending(one => one.Status == 201).First() : answers[0];
        }

        if (answer.Problem is not null) tally.CountAnswer(Next, answer.Status, answer.Problem);
        if (answer.IsTemporary && ++_tries < MostTries)
        {
            _pause = answer.RetryAfter ?? s_retryPause;
            return null;
        }

        var took = clock.GetElapsedTime(_due!.Value);
        tally.Record(Next, took);
        if (took > _latest) _latest = took;
        (_due, _tries) = (null, 0);
        return answer;
    }

    private void Go(string next, TimeSpan pause = default) => (Next, _pause) = (next, pause);

    private void End(Ending ending) => Ending ??= ending;

    private void Fail(string why)
    {
        tally.CountProblem(why);
        End(Crowd.Ending.Failed);
    }

    private void Unexpected<T>(Answer<T> answer) where T : class =>
        Fail($"{Next}: unexpected {answer.Status} {answer.Problem}");
}
