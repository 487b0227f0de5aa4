using FlashSale.Calling;
using FlashSale.Queue;

using StackExchange.Redis;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>Asks Redis for the lease of the one pump, again and again; what it makes of the answers is <see cref="Lease"/>'s.</summary>
public sealed partial class Leadership(ILineServer redis, TimeProvider clock, ILogger<Leadership> log) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(300);

    private readonly string _room = Guid.NewGuid().ToString("n")[..12];
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Immutable; replaced by <see cref="Change"/> alone, since the pump tells of fences that it meets.</summary>
    private Lease _lease = Lease.None;

    /// <summary>Another waiting room leads, as far as is known.</summary>
    public bool AnotherLeads => Volatile.Read(ref _lease).AnotherLeads;

    /// <summary>The term, while the lease is surely held; null when standing by.</summary>
    public Term? Current => Volatile.Read(ref _lease).Current(Now);

    private TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>A script was refused because of a higher fence: the lease is not worth anything.</summary>
    /// <param name="by">The higher fence.</param>
    public void Fenced(Term term, long by)
    {
        Change(lease => lease.Fenced(term, by));
        LogFenced(term.Fence);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await RenewAsync().ConfigureAwait(false);
            await Task.Delay(s_interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await GiveBackAsync().ConfigureAwait(false);
    }

    private async Task RenewAsync()
    {
        var asked = Volatile.Read(ref _lease).Ask(Now);
        var answer = await AskAsync(asked, giveBack: false).ConfigureAwait(false);
        var (before, after) = Change(lease => answer is null ? lease.Unheard(asked) : lease.Heard(asked, answer));
        if (ReferenceEquals(before.Term, after.Term)) return;
        if (after.Term is { } term) LogLeads(term.Fence, term.Run);
        else LogStandsBy(before.Term!.Fence);
    }

    private async Task GiveBackAsync()
    {
        var (before, _) = Change(lease => lease with { Term = null });
        if (before.Term is null) return;
        // Without an answer it runs out by itself.
        await AskAsync(new LeaseQuestion(Now, HighestFence: 0, MayTake: false, Tenure: 0, GoesOn: "no"), giveBack: true)
            .ConfigureAwait(false);
    }

    private async Task<LeaseAnswer?> AskAsync(LeaseQuestion question, bool giveBack)
    {
        RedisValue[] values =
        [
            _room, Lease.ValidMs, question.HighestFence, question.MayTake, giveBack, question.Tenure, question.GoesOn,
        ];
        var answer = await redis.RunAsync(Script.Lease, [LineKeys.Lease], values).OrNone();
        return answer is null ? null : new LeaseAnswer(
            (long)answer[0], (string?)answer[1] ?? "", (long)answer[2], (string?)answer[3] ?? "", (int)answer[4],
            (long)answer[5]);
    }

    private (Lease Before, Lease After) Change(Func<Lease, Lease> change)
    {
        while (true)
        {
            var before = Volatile.Read(ref _lease);
            var after = change(before);
            if (ReferenceEquals(Interlocked.CompareExchange(ref _lease, after, before), before)) return (before, after);
        }
    }

    [LoggerMessage(3101, LogLevel.Information, "Leads with fence {Fence} on run {Run} of Redis", EventName = "Leads")]
    private partial void LogLeads(long fence, string run);

    [LoggerMessage(3102, LogLevel.Warning,
        "Stands by: another waiting room leads; its own fence was {Fence}",
        EventName = "StandsBy")]
    private partial void LogStandsBy(long fence);

    [LoggerMessage(3103, LogLevel.Warning,
        "A newer leader has been here: fence {Fence} is refused",
        EventName = "Fenced")]
    private partial void LogFenced(long fence);
}
