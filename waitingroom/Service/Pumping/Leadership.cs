using FlashSale.Queue;

namespace FlashSale.WaitingRoom.Pumping;

/// <summary>A time in which this waiting room leads.</summary>
/// <param name="Fence">Grows with every leader; Redis refuses what carries an older one.</param>
/// <param name="Run">The run of Redis it was granted by.</param>
/// <param name="Tenure">The same for terms of this room between which nobody else can have led.</param>
public sealed record Term(long Fence, string Run, long Tenure);

/// <summary>Holds the lease of the one pump, or stands by.</summary>
public sealed partial class Leadership(ILineServer redis, TimeProvider clock, ILogger<Leadership> log) : BackgroundService
{
    /// <summary>How long a lease is valid; a dead leader is replaced after that.</summary>
    public const int LeaseMs = 2000;

    /// <summary>A lease is believed in for less than Redis believes in it.</summary>
    private static readonly TimeSpan s_believed = TimeSpan.FromMilliseconds(LeaseMs - 500);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(300);

    /// <summary>A lease that Redis has lost is left to its holder for this long.</summary>
    private static readonly TimeSpan s_courtesy = TimeSpan.FromMilliseconds(1000);

    private readonly string _room = Guid.NewGuid().ToString("n")[..12];
    private Term? _term;
    private long _renewedAt;
    private long? _absentSince;
    private long _highestFence;
    private int _others;

    /// <summary>Another waiting room leads, as far as is known.</summary>
    public bool AnotherLeads { get; private set; }

    /// <summary>The term, while the lease is surely held; null when standing by.</summary>
    public Term? Current =>
        Volatile.Read(ref _term) is { } term && clock.GetElapsedTime(Interlocked.Read(ref _renewedAt)) < s_believed
            ? term : null;

    /// <summary>A script was refused because of a higher fence: the lease is not worth anything.</summary>
    /// <param name="by">The higher fence.</param>
    public void Fenced(Term term, long by)
    {
        if (by > Interlocked.Read(ref _highestFence)) Interlocked.Exchange(ref _highestFence, by);
        if (ReferenceEquals(Volatile.Read(ref _term), term)) Volatile.Write(ref _term, null);
        LogFenced(term.Fence);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RenewAsync().ConfigureAwait(false);
            }
            catch (LineUnavailableException)
            {
                AnotherLeads = false;
            }

            await Task.Delay(s_interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await GiveBackAsync().ConfigureAwait(false);
    }

    private async Task RenewAsync()
    {
        var asked = clock.GetTimestamp();
        var before = Volatile.Read(ref _term);
        var sinceRenewed = clock.GetElapsedTime(Interlocked.Read(ref _renewedAt));
        // A lost lease is its holder's, or the only room's, to take again at once, as if it had not been lost.
        var goesOn = before is null ? "no" : sinceRenewed < s_believed ? "yes" : _others == 0 ? "alone" : "no";
        var mayTake = goesOn != "no" || (_absentSince is { } absent && clock.GetElapsedTime(absent) > s_courtesy);
        var answer = await redis.RunAsync(
            Script.Lease, [LineKeys.Lease],
            [_room, LeaseMs, _highestFence, mayTake, false, before?.Tenure ?? 0, goesOn]).ConfigureAwait(false);
        var (fence, holder, previous, run, tenure) =
            ((long)answer[0], (string?)answer[1] ?? "", (long)answer[2], (string?)answer[3] ?? "", (long)answer[5]);
        _others = (int)answer[4];
        _absentSince = fence == 0 && holder.Length == 0 ? _absentSince ?? asked : null;
        _highestFence = Math.Max(_highestFence, Math.Max(fence, previous));
        AnotherLeads = fence == 0 && holder.Length > 0;
        if (fence == 0)
        {
            if (before is not null) LogStandsBy(before.Fence);
            Volatile.Write(ref _term, null);
            return;
        }

        if (before is null || before.Fence != fence || before.Run != run)
        {
            Volatile.Write(ref _term, new Term(fence, run, tenure));
            LogLeads(fence, run);
        }

        Interlocked.Exchange(ref _renewedAt, asked);
    }

    private async Task GiveBackAsync()
    {
        if (Volatile.Read(ref _term) is null) return;
        Volatile.Write(ref _term, null);
        try
        {
            await redis.RunAsync(Script.Lease, [LineKeys.Lease], [_room, LeaseMs, 0, false, true, 0, "no"]).ConfigureAwait(false);
        }
        catch (LineUnavailableException)
        {
            // It runs out by itself.
        }
    }

    [LoggerMessage(3101, LogLevel.Information, "Leads with fence {Fence} on run {Run} of Redis")]
    private partial void LogLeads(long fence, string run);

    [LoggerMessage(3102, LogLevel.Warning, "Stands by: another waiting room leads; its own fence was {Fence}")]
    private partial void LogStandsBy(long fence);

    [LoggerMessage(3103, LogLevel.Warning, "A newer leader has been here: fence {Fence} is refused")]
    private partial void LogFenced(long fence);
}
