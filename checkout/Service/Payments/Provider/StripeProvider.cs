using System.Net;
using System.Runtime.CompilerServices;

using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Reservations;
using FlashSale.Contract;

using Microsoft.Extensions.Options;

using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

using Stripe;
using Stripe.Checkout;

namespace FlashSale.Checkout.Payments.Provider;

/// <summary>
/// The calls that we make of Stripe's API, each once, and what their answers mean. Repeats, timeouts, the circuit and
/// the bulkhead are in <see cref="ProviderPipeline"/>, below Stripe's client.
/// </summary>
public sealed class StripeProvider(StripeClient stripe, IOptions<PaymentOptions> options)
{
    /// <summary>How a confirmation token begins: what the provider's script made of a card, for a server to confirm with.</summary>
    public const string ConfirmationToken = "ctoken_";

    /// <summary>The card is being worked on.</summary>
    public const string Processing = "processing";
    public const string RequiresCapture = "requires_capture";
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";
    public const string RequiresPaymentMethod = "requires_payment_method";
    public const string RequiresConfirmation = "requires_confirmation";
    public const string RequiresAction = "requires_action";

    /// <summary>Of the provider's own page: nobody has paid there; somebody has; nobody can any more.</summary>
    public const string Open = "open", Complete = "complete", Expired = "expired";

    /// <summary>The most that the provider lists at a time.</summary>
    private const int MaxPage = 100;

    private static readonly List<string> s_charge = ["latest_charge"];

    private PaymentIntentService Intents => stripe.V1.PaymentIntents;

    private SessionService Pages => stripe.V1.Checkout.Sessions;

    /// <summary>Makes the intent. No money moves before it is confirmed.</summary>
    public Task<ProviderAnswer> CreateAsync(Attempt attempt, string reservation, CancellationToken cancel) =>
        AskAsync(async () => Of(await Intents.CreateAsync(new PaymentIntentCreateOptions
        {
            Amount = attempt.Amount,
            Currency = attempt.Currency,
            CaptureMethod = "manual",
            AutomaticPaymentMethods = new() { Enabled = true, AllowRedirects = "never" },
            StatementDescriptorSuffix = options.Value.StatementDescriptorSuffix,
            ReceiptEmail = attempt.ReceiptEmail,
            Metadata = About(attempt, reservation),
        }, KeyOf(attempt, "create"), cancel).ConfigureAwait(false)));

    /// <summary>
    /// Makes a page of the provider's own, on which a card is asked and its bank may ask, and no money is captured. It is open until
    /// it is expired, for a day at the most.
    /// </summary>
    /// <param name="product">What is bought, for the page and the receipt.</param>
    public Task<ProviderAnswer> OpenPageAsync(Attempt attempt, string reservation, string product, CancellationToken cancel) =>
        AskAsync(async () =>
        {
            var back = options.Value.ReturnUrlOf(attempt.Sale, new ReservationId(SaleId.Parse(attempt.Sale), attempt.Reservation));
            return Of(await Pages.CreateAsync(new SessionCreateOptions
            {
                Mode = "payment",
                SuccessUrl = back,
                CancelUrl = back,
                ClientReferenceId = reservation,
                Metadata = About(attempt, reservation),
                // Others can't be authorised first and captured later; and the price is the sale's, in its currency.
                AllowedPaymentMethodTypes = ["card"],
                AdaptivePricing = new() { Enabled = false },
                LineItems =
                [
                    new()
                    {
                        Quantity = 1,
                        PriceData = new()
                        {
                            Currency = attempt.Currency,
                            UnitAmount = attempt.Amount,
                            ProductData = new() { Name = product },
                        },
                    },
                ],
                PaymentIntentData = new()
                {
                    CaptureMethod = "manual",
                    Metadata = About(attempt, reservation),
                    ReceiptEmail = attempt.ReceiptEmail,
                    StatementDescriptorSuffix = options.Value.StatementDescriptorSuffix,
                },
            }, KeyOf(attempt, "page"), cancel).ConfigureAwait(false));
        });

    /// <summary>The page as it is now.</summary>
    public Task<ProviderAnswer> PageAsync(string session, CancellationToken cancel) =>
        AskAsync(async () => Of(await Pages.GetAsync(session, null, null, cancel).ConfigureAwait(false)));

    /// <summary>Nobody can pay on the page any more; refused when somebody has.</summary>
    public Task<ProviderAnswer> ExpireAsync(Attempt attempt, CancellationToken cancel) =>
        AskAsync(async () => Of(await Pages.ExpireAsync(
            attempt.Session, null, KeyOf(attempt, "expire"), cancel).ConfigureAwait(false)));

    /// <summary>Asks the card: authorises the amount.</summary>
    public Task<ProviderAnswer> ConfirmAsync(Attempt attempt, CancellationToken cancel) =>
        AskAsync(async () => Of(await Intents.ConfirmAsync(
            attempt.Intent, Confirmation(attempt),
            KeyOf(attempt, "confirm"), cancel).ConfigureAwait(false)));

    public Task<ProviderAnswer> CaptureAsync(Attempt attempt, CancellationToken cancel) =>
        AskAsync(async () => Of(await Intents.CaptureAsync(
            attempt.Intent, null, KeyOf(attempt, "capture"), cancel).ConfigureAwait(false)));

    /// <summary>Voids what is authorised; the intent can't be confirmed any more.</summary>
    public Task<ProviderAnswer> CancelAsync(Attempt attempt, CancellationToken cancel) =>
        AskAsync(async () => Of(await Intents.CancelAsync(
            attempt.Intent, new PaymentIntentCancelOptions { Expand = s_charge },
            KeyOf(attempt, "cancel"), cancel).ConfigureAwait(false)));

    public Task<ProviderAnswer> RefundAsync(Attempt attempt, CancellationToken cancel) =>
        AskAsync(async () =>
        {
            var refund = await stripe.V1.Refunds.CreateAsync(
                new RefundCreateOptions
                {
                    PaymentIntent = attempt.Intent,
                    Metadata = new() { ["attempt"] = attempt.Id.ToString("N") },
                }, KeyOf(attempt, "refund"), cancel).ConfigureAwait(false);
            return refund.Status == Succeeded
                ? new ProviderAnswer.Refunded() : new ProviderAnswer.Unknown("refund " + refund.Status, NeedsNewKey: true);
        });

    /// <summary>The truth: the intent as it is now.</summary>
    public Task<ProviderAnswer> RetrieveAsync(string intent, CancellationToken cancel) =>
        AskAsync(async () => Of(await Intents.GetAsync(
            intent, new PaymentIntentGetOptions { Expand = s_charge }, null, cancel).ConfigureAwait(false)));

    /// <summary>What has gone back of an intent, whoever sent it.</summary>
    public Task<ProviderAnswer> RefundsAsync(string intent, CancellationToken cancel) => AskAsync(async () =>
    {
        var refunds = await stripe.V1.Refunds.ListAsync(
            new RefundListOptions { PaymentIntent = intent, Limit = MaxPage }, null, cancel).ConfigureAwait(false);
        return new ProviderAnswer.Refunds(
            refunds.Where(one => one.Status == Succeeded).Sum(one => one.Amount),
            refunds.Where(one => one.Status is "pending" or RequiresAction).Sum(one => one.Amount), refunds.Count());
    });

    /// <summary>Whether the buyer's bank wants the money of an intent back.</summary>
    public Task<ProviderAnswer> DisputeAsync(string intent, CancellationToken cancel) => AskAsync(async () =>
    {
        var disputes = await stripe.V1.Disputes.ListAsync(
            new DisputeListOptions { PaymentIntent = intent, Limit = 1 }, null, cancel).ConfigureAwait(false);
        return disputes.FirstOrDefault() is { } dispute
            ? new ProviderAnswer.Dispute(dispute.Status, dispute.Amount, dispute.Reason, dispute.EvidenceDetails?.DueBy is { } by
                ? new DateTimeOffset(by, TimeSpan.Zero) : null)
            : new ProviderAnswer.Dispute(null, 0, null, null);
    });

    /// <summary>The intents of which money has gone back, or is wanted back, lately; each as often as it has. Throws as it has no answer.</summary>
    public async IAsyncEnumerable<string> ReturningAsync(
        DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancel)
    {
        var from = new DateRangeOptions { GreaterThanOrEqual = since.UtcDateTime };
        var refunds = stripe.V1.Refunds.ListAutoPagingAsync(
            new RefundListOptions { Created = from, Limit = MaxPage }, null, cancel);
        await foreach (var refund in refunds.ConfigureAwait(false))
            if (refund.PaymentIntentId is { } intent) yield return intent;
        var disputes = stripe.V1.Disputes.ListAutoPagingAsync(
            new DisputeListOptions { Created = from, Limit = MaxPage }, null, cancel);
        await foreach (var dispute in disputes.ConfigureAwait(false))
            if (dispute.PaymentIntentId is { } intent) yield return intent;
    }

    /// <summary>
    /// What the shopper's page needs for the bank's challenge, or where the provider's own page is; null when there is none, or the
    /// provider fails to say.
    /// </summary>
    public async Task<Challenge?> ChallengeAsync(Attempt attempt, CancellationToken cancel)
    {
        try
        {
            if (attempt.Intent is null)
            {
                var page = await Pages.GetAsync(attempt.Session, null, null, cancel).ConfigureAwait(false);
                return page.Status == Open ? new Challenge(null, page.Url) : null;
            }

            var now = await Intents.GetAsync(attempt.Intent, null, null, cancel).ConfigureAwait(false);
            return now.Status == RequiresAction ? new Challenge(now.ClientSecret, now.NextAction?.RedirectToUrl?.Url) : null;
        }
        catch (Exception error) when (IsNoAnswer(error))
        {
            return null;
        }
    }

    /// <summary>Whether it answers at all: the smallest page there is.</summary>
    public Task ProbeAsync(CancellationToken cancel) => AskAsync(async () =>
    {
        await Intents.ListAsync(new PaymentIntentListOptions { Limit = 1 }, null, cancel).ConfigureAwait(false);
        return new ProviderAnswer.Unknown("a probe", NeedsNewKey: false);
    });

    /// <summary>Every intent of a sale by our reference, for the audit. Stripe's index may be a minute behind.</summary>
    public IAsyncEnumerable<PaymentIntent> OfSaleAsync(string sale, CancellationToken cancel) =>
        Intents.SearchAutoPagingAsync(
            new PaymentIntentSearchOptions { Query = $"metadata['sale']:'{sale}'", Limit = 100, Expand = ["data.latest_charge"] },
            null, cancel);

    private static RequestOptions KeyOf(Attempt attempt, string call) => new() { IdempotencyKey = attempt.Key(call) };

    private static Dictionary<string, string> About(Attempt attempt, string reservation) => new()
    {
        ["order"] = OrderNumber.For(attempt.Reservation),
        ["sale"] = attempt.Sale,
        ["reservation"] = reservation,
        ["attempt"] = attempt.Id.ToString("N"),
    };

    private static ProviderAnswer.Page Of(Session page) => new(page.Id, page.Status, page.PaymentIntentId);

    private static ProviderAnswer.Intent Of(PaymentIntent intent) => new(
        intent.Id, intent.Status, intent.Amount, intent.AmountReceived, intent.Currency,
        intent.LastPaymentError is { } error ? CodeOf(error) : null,
        intent.LatestCharge is { Status: Succeeded } || intent.Status is RequiresCapture or Succeeded);

    /// <summary>
    /// A card that a page has made into a confirmation token is challenged on that page; any other by the bank's own page,
    /// which sends the shopper back, when we know where to.
    /// </summary>
    private PaymentIntentConfirmOptions Confirmation(Attempt attempt)
    {
        if (attempt.Method.StartsWith(ConfirmationToken, StringComparison.Ordinal))
            return new PaymentIntentConfirmOptions { ConfirmationToken = attempt.Method, UseStripeSdk = true };
        var back = options.Value.ReturnUrlOf(attempt.Sale, new ReservationId(SaleId.Parse(attempt.Sale), attempt.Reservation));
        return new PaymentIntentConfirmOptions
        {
            PaymentMethod = attempt.Method,
            ReturnUrl = back,
            UseStripeSdk = back is null ? true : null,
        };
    }

    /// <summary>The provider did not answer, or not in a way that could be read.</summary>
    public static bool IsNoAnswer(Exception error) => error is StripeException or HttpRequestException or IOException
        or TimeoutRejectedException or BrokenCircuitException or RateLimiterRejectedException
        or System.Text.Json.JsonException or Newtonsoft.Json.JsonException;

    private static async Task<ProviderAnswer> AskAsync(Func<Task<ProviderAnswer>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (StripeException error)
        {
            return Meaning(error);
        }
        catch (Exception error) when (IsNoAnswer(error))
        {
            return new ProviderAnswer.Unknown(error.GetType().Name, NeedsNewKey: false);
        }
    }

    private static ProviderAnswer Meaning(StripeException error)
    {
        if (error.StripeError is not { Type: { } type } problem || error.HttpStatusCode == 0)
            return new ProviderAnswer.Unknown("not an answer", NeedsNewKey: false);
        var code = CodeOf(problem);
        return error.HttpStatusCode switch
        {
            // A decline that brings its intent is believed; one without is a claim, and the intent is asked for.
            HttpStatusCode.PaymentRequired when problem.PaymentIntent?.Status == RequiresPaymentMethod =>
                new ProviderAnswer.Declined(code),
            HttpStatusCode.PaymentRequired => new ProviderAnswer.Unknown("a decline without its intent", false),
            HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests => new ProviderAnswer.Unknown(code, false),
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound when type == "invalid_request_error" =>
                new ProviderAnswer.Refused(code),

            // 401 and 403 are our mistake and may be put right; whatever else came is kept under the key.
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ProviderAnswer.Unknown(code, false),
            _ => new ProviderAnswer.Unknown($"{(int)error.HttpStatusCode} {code}", NeedsNewKey: true),
        };
    }

    private static string CodeOf(StripeError error) => error.DeclineCode ?? error.Code ?? error.Type ?? "unknown";
}
