using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Payments.Webhooks;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Payments.Differences;

/// <summary>
/// Notices money that went back, or is wanted back, without our doing: where a webhook hints at it, and by looking through the
/// provider's refunds and disputes now and then, as a webhook may never come. It changes no payment and no unit: it raises
/// a <see cref="Difference"/> for a person, and takes it back when the books agree again. Any number of checkouts may run one.
/// </summary>
public sealed partial class Reconciler(
    LedgerDatabase ledger, StripeProvider provider, WebhookInbox inbox, DifferenceTable differences, Migrator migrator,
    IOptions<PaymentOptions> options, TimeProvider time, ILogger<Reconciler> logger) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    /// <summary>A dispute of these has ended well, or is none.</summary>
    private static readonly string?[] s_settled = [null, "won", "warning_closed", "prevented"];

    /// <summary>Whoever changes the row looks. @every.</summary>
    private const string Turn =
        """
        UPDATE payment_looks SET due_at = UTC_TIMESTAMP(3) + INTERVAL @every SECOND WHERE id = 1 AND due_at <= UTC_TIMESTAMP(3)
        """;

    private const string Paid = "SELECT id, state, amount FROM payment_attempts WHERE intent = @intent";

    /// <summary>Looks at what webhooks have hinted at, and through all when it is time.</summary>
    public async Task TurnAsync(CancellationToken cancel)
    {
        foreach (var hint in await inbox.ToLookAtAsync(cancel).ConfigureAwait(false))
        {
            var done = await LookAtAsync(hint.Intent!, cancel).ConfigureAwait(false);
            await inbox.LookedAtAsync(hint, done, cancel).ConfigureAwait(false);
        }

        var every = new { every = options.Value.ReconcileEverySeconds };
        if (await ledger.ExecuteAsync(Turn, every, cancel).ConfigureAwait(false) > 0) await LookAtAllAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Everything of the last <see cref="PaymentOptions.ReconcileDays"/>.</summary>
    public async Task LookAtAllAsync(CancellationToken cancel)
    {
        var since = time.GetUtcNow() - TimeSpan.FromDays(options.Value.ReconcileDays);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            await foreach (var intent in provider.ReturningAsync(since, cancel).ConfigureAwait(false))
                if (seen.Add(intent)) await LookAtAsync(intent, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (StripeProvider.IsNoAnswer(error))
        {
            LogNoAnswer(error.GetType().Name);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.Migrated.WaitAsync(stoppingToken).ConfigureAwait(false);
        using var timer = new PeriodicTimer(s_every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await TurnAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception error) when (LedgerErrors.IsOfLedger(error))
            {
                LogFailed(error.Message);
            }
        }
    }

    /// <summary>Compares the books of one intent; false when the provider does not say.</summary>
    internal async Task<bool> LookAtAsync(string intent, CancellationToken cancel)
    {
        // An intent of others, or one that is being worked on: whoever does sees the truth.
        if (await ledger.FindAsync<PaidRow>(Paid, new { intent }, cancel).ConfigureAwait(false) is not { } paid
            || paid.State is not (AttemptState.Captured or AttemptState.Refunded)) return true;
        if (await provider.RefundsAsync(intent, cancel).ConfigureAwait(false) is not ProviderAnswer.Refunds refunds
            || await provider.DisputeAsync(intent, cancel).ConfigureAwait(false) is not ProviderAnswer.Dispute dispute) return false;

        var back = refunds.Returned + refunds.Pending;
        var captured = paid.State is AttemptState.Captured;
        await DifferAsync(captured && back > 0, paid, DifferenceKind.RefundedElsewhere, back,
            back < paid.Amount ? "refunded in part" : "refunded", cancel).ConfigureAwait(false);
        await DifferAsync(!captured && back < paid.Amount, paid, DifferenceKind.RefundFailed, paid.Amount - back,
            "the refund failed", cancel).ConfigureAwait(false);
        await DifferAsync(!s_settled.Contains(dispute.Status), paid, DifferenceKind.Disputed, dispute.Amount,
            $"{dispute.Status}, {dispute.Reason}"
            + (dispute.AnswerBy is { } by ? $", to be answered until {FlashSale.Contract.Wire.Format(by)}" : ""), cancel).ConfigureAwait(false);
        return true;
    }

    private async Task DifferAsync(
        bool differs, PaidRow paid, DifferenceKind kind, long amount, string detail, CancellationToken cancel)
    {
        if (!differs) await differences.SettleAsync(paid.Id, kind, cancel).ConfigureAwait(false);
        else if (await differences.RaiseAsync(paid.Id, paid.State, kind, amount, detail, cancel).ConfigureAwait(false))
            LogDiffers(paid.Id, kind, amount, detail);
    }

    private sealed class PaidRow
    {
        public Guid Id { get; init; }
        public AttemptState State { get; init; }
        public long Amount { get; init; }
    }

    [LoggerMessage(5030, LogLevel.Error,
        "Payment attempt {Attempt}: the provider's books say {Kind} of {Amount} ({Detail}); a person must look into it",
        EventName = "BooksDiffer")]
    private partial void LogDiffers(Guid attempt, DifferenceKind kind, long amount, string detail);

    [LoggerMessage(5031, LogLevel.Warning,
        "The provider's refunds and disputes could not be looked through: {Reason}",
        EventName = "BooksNotCompared")]
    private partial void LogNoAnswer(string reason);

    [LoggerMessage(5032, LogLevel.Warning, "The books can't be compared, the ledger failed: {Reason}", EventName = "ReconcilerFailed")]
    private partial void LogFailed(string reason);
}
