using System.Collections.Concurrent;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Webhooks;
using FlashSale.Checkout.Reservations;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Payments;

/// <summary>
/// Brings every attempt to its end: it owns those that a request has begun, and takes over what nobody works on any
/// more (a process died, an outcome was unknown, a webhook hinted). Any number of checkouts may run one: an attempt is
/// taken by a guarded update with the database's clock, and nothing is locked while the provider is called.
/// </summary>
public sealed partial class Completer(
    AttemptTable table, AttemptDriver driver, ReservationTable reservations, WebhookInbox inbox, PaymentMetrics metrics, Migrator migrator,
    IOptions<PaymentOptions> options, TimeProvider time, ILogger<Completer> logger) : BackgroundService
{
    /// <summary>Attempts looked at in one turn.</summary>
    private const int MaxDue = 256;

    /// <summary>How long a stop waits for what is under way; the rest is resumed elsewhere.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(20);

    private readonly PaymentOptions _options = options.Value;
    private readonly ConcurrentDictionary<Guid, Task> _working = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>
    /// Works on an attempt that the caller has just begun, to its end if the provider lets it, whether or not the
    /// shopper waits. The returned task ends when the attempt is decided, or left for later (then null).
    /// </summary>
    public Task<Attempt?> Begin(Attempt attempt)
    {
        var decided = new TaskCompletionSource<Attempt?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = WorkAsync(attempt, outcome => decided.TrySetResult(outcome));
        Own(attempt.Id, work.ContinueWith(
            _ => decided.TrySetResult(null), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default));
        return decided.Task;
    }

    /// <summary>Takes over and works on everything that is due now; for tests and the loop. How many there were.</summary>
    public async Task<int> TurnAsync(CancellationToken cancel)
    {
        await inbox.RetryPendingAsync(cancel).ConfigureAwait(false);
        foreach (var (reservation, attempt) in await table.StrandedAsync(MaxDue, cancel).ConfigureAwait(false))
        {
            await reservations.ReopenAsync(reservation, attempt, PaymentState.Voided, cancel).ConfigureAwait(false);
            LogStranded(reservation, attempt);
        }

        var due = await table.DueAsync(MaxDue, cancel).ConfigureAwait(false);
        var limits = new ParallelOptions
        {
            MaxDegreeOfParallelism = _options.CompleterConcurrency,
            CancellationToken = cancel,
        };
        await Parallel.ForEachAsync(due, limits, async (one, stop) =>
        {
            if (await table.TakeAsync(one.Id, one.Version, stop).ConfigureAwait(false) is { } attempt)
                await WorkAsync(attempt, null).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return due.Count;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(_working.Values).WaitAsync(s_drain, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.CancelAsync().ConfigureAwait(false);
    }

    public override void Dispose()
    {
        _stopping.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.Migrated.WaitAsync(stoppingToken).ConfigureAwait(false);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_options.CompleterEveryMs), time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await TurnAsync(stoppingToken).ConfigureAwait(false);
                var (open, flagged) = await table.CountOpenAsync(stoppingToken).ConfigureAwait(false);
                metrics.Open(open, flagged);
            }
            catch (Exception error) when (LedgerErrors.IsOfLedger(error))
            {
                LogLedger(error.Message);
            }
        }
    }

    private async Task WorkAsync(Attempt attempt, Action<Attempt>? decided)
    {
        try
        {
            await driver.DriveAsync(attempt, decided, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Its lease runs out, and another process takes it over.
        }
        catch (Exception error) when (LedgerErrors.IsOfLedger(error))
        {
            LogLeft(error, attempt.Id);
        }
        catch (InvalidOperationException error)
        {
            LogBroken(error, attempt.Id);
        }
    }

    private void Own(Guid id, Task work)
    {
        _working[id] = work;
        _ = work.ContinueWith(_ => _working.TryRemove(id, out Task? _), TaskScheduler.Default);
    }

    [LoggerMessage(5020, LogLevel.Warning,
        "The completer cannot reach the ledger: {Reason}",
        EventName = "CompleterFailed")]
    private partial void LogLedger(string reason);

    [LoggerMessage(5023, LogLevel.Warning,
        "Reservation {Reservation} was secured for {Attempt}, which had ended: reopened",
        EventName = "UnitReopened")]
    private partial void LogStranded(Guid reservation, Guid attempt);

    [LoggerMessage(5021, LogLevel.Warning,
        "Payment attempt {Attempt} is left for later: the ledger failed",
        EventName = "AttemptPostponed")]
    private partial void LogLeft(Exception error, Guid attempt);

    [LoggerMessage(5022, LogLevel.Error, "Payment attempt {Attempt} can't go on", EventName = "AttemptStuck")]
    private partial void LogBroken(Exception error, Guid attempt);
}
