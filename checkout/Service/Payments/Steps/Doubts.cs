using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;

using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Payments.Steps;

/// <summary>What comes after a call that settled nothing: ask, and ask less and less often.</summary>
public sealed partial class Doubts(IOptions<PaymentOptions> options, ILogger<AttemptDriver> logger)
{
    /// <summary>The intent is asked for at once after the first of these; then after the backoff.</summary>
    private const int AtOnce = 2;

    private readonly PaymentOptions _options = options.Value;

    /// <summary>The call may have had its effect: the next step asks for the intent; at once, if the doubt is new.</summary>
    public Step AskFirst(Attempt attempt, bool newKey = false) => new(
        attempt with { Doubt = true, Failures = attempt.Failures + 1, Tries = attempt.Tries + (newKey ? 1 : 0) },
        new Saving(attempt.Failures < AtOnce ? null : Backoff(attempt.Failures)));

    /// <summary>Not even asking helped: the same step again, later. The shopper sees that the outcome is unknown.</summary>
    public Step Later(Attempt attempt, ProviderAnswer answer)
    {
        var unknown = answer as ProviderAnswer.Unknown
            ?? new ProviderAnswer.Unknown("unexpected: " + answer, NeedsNewKey: answer is ProviderAnswer.Refused);
        LogUnknown(attempt.Id, attempt.State, unknown.Why, attempt.Failures + 1);
        var show = attempt.State is AttemptState.Confirming or AttemptState.Created
            ? PaymentState.Unknown : (PaymentState?)null;
        return new Step(
            attempt with { Failures = attempt.Failures + 1, Tries = attempt.Tries + (unknown.NeedsNewKey ? 1 : 0) },
            new Saving(Backoff(attempt.Failures), show, PaymentState.Processing, unknown.Why));
    }

    private TimeSpan Backoff(int failures)
    {
        var most = Math.Min(_options.MaxBackoffMs, _options.BackoffMs * Math.Pow(2, Math.Min(failures, 20)));
        return TimeSpan.FromMilliseconds(most * (0.75 + (Random.Shared.NextDouble() / 4)));
    }

    [LoggerMessage(5011, LogLevel.Information,
        "Payment attempt {Attempt}, {State}: outcome unknown ({Why}), {Failures} in a row",
        EventName = "AttemptUnknown")]
    private partial void LogUnknown(Guid attempt, AttemptState state, string why, int failures);
}
