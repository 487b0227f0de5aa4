using FlashSale.Contract;

namespace FlashSale.Pages.OpenApi;

/// <summary>The bodies of the HTTP contract as its documents show them: ids are texts there.</summary>
public static class Schemas
{
    /// <param name="Replace">The shopper has been asked: the live place of another that this browser has is given up.</param>
    public sealed record JoinRequest(string? EnqueueToken, string? Proof, bool? Replace);

    public sealed record Order(string Reservation, string OrderNumber, int Unit, Money Price);

    public sealed record Eta(int LowSeconds, int HighSeconds);

    public sealed record Units(int Total, int Available, int InCarts, int Sold);

    /// <param name="Reservation">
    /// Of a <c>redeemed</c> place: <c>held</c>, <c>sold</c>, or <c>released</c> (its shopper may join again).
    /// </param>
    public sealed record Place(
        string Sale, string? Ticket, string State, long Number, long? Ahead, Eta? Eta, string Outlook, int AdmittedPerMinute,
        Units Units, string SaleState, DateTimeOffset StartsAt, DateTimeOffset ServerTime, int NextPollMs, string? Message,
        DateTimeOffset? RedeemBy, string? Reservation, Order? Order);

    public sealed record PublicSale(
        string Sale, string Name, Money Price, string SaleState, DateTimeOffset QueueOpensAt, DateTimeOffset StartsAt,
        DateTimeOffset? EndsAt, string Order, Units Units, string? Message, Shuffle? Shuffle, DateTimeOffset ServerTime);

    public sealed record Shuffle(
        string Algorithm, long? Epoch, long? Count, string SeedHash, string? Seed, Beacon? Beacon, IReadOnlyList<PastCount> Past);

    public sealed record Beacon(string Name, string? Value);

    public sealed record PastCount(long Epoch, long? Count);

    public sealed record CallLog(long Epoch, IReadOnlyList<long> Past, IReadOnlyList<LoggedCall> Calls, long Next);

    public sealed record LoggedCall(long N, DateTimeOffset At, long Number, string What, long? Epoch);

    public sealed record ClaimRequest(string? ReturnUrl);

    public sealed record PushKeys(string P256dh, string Auth);

    /// <param name="Renews">The browser has another subscription: a mail that was asked for since is kept.</param>
    public sealed record PushSubscription(string Endpoint, PushKeys Keys, bool? Renews = null);

    /// <param name="Address">The shopper's own; a mail asks whether it is.</param>
    /// <param name="EnqueueToken">In its place: the storefront's word, with the claim <c>email</c>.</param>
    /// <param name="ReturnUrl">Where the page goes on from the device that opens the link.</param>
    public sealed record MailAsked(string? Address, string? EnqueueToken, string? ReturnUrl);

    public sealed record Admission(string AdmissionId, string Token, int Unit, DateTimeOffset RedeemBy, string ContinueUrl);

    /// <param name="Type"><c>challenge</c> or <c>hostedPage</c>.</param>
    public sealed record NextAction(string Type, string? ClientSecret, string? Url, DateTimeOffset Until);

    public sealed record Payment(string State, int AttemptsLeft, bool ProviderDown, NextAction? NextAction);

    public sealed record Reservation(
        string Id, string Sale, int Unit, string State, string? Reason, DateTimeOffset PayBy, Money Price, Payment Payment,
        string? OrderNumber, DateTimeOffset ServerTime);

    public sealed record RedeemRequest(string? Admission);

    public sealed record PayRequest(string? PaymentMethod, string? ConfirmationToken, bool? HostedPage, string? ReceiptEmail);

    /// <param name="Unit"><c>resell</c> or <c>withdraw</c>.</param>
    public sealed record RefundRequest(string Unit, bool? MayJoinAgain);

    public sealed record DifferenceAnswer(string Answer);

    public sealed record SaleSettings(
        string? Name, int? Inventory, Money? Price, string? Storefront, DateTimeOffset? QueueOpensAt, DateTimeOffset? StartsAt,
        DateTimeOffset? EndsAt, string? Order, string? Identity, int? AdmitPerSecond, int? ClaimSeconds, int? PaySeconds,
        int? PaymentAttempts, int? AuthenticationSeconds, int? PresenceSeconds, int? GraceSeconds, bool? Paused, string? Message,
        ProofOfWork? ProofOfWork, string? Beacon, string? BeaconValue);

    public sealed record SaleUnits(int Total, int Available, int Admitted, int Held, int Sold, int Released, int Refunded);

    public sealed record Sale(
        string Id, string Name, int Inventory, Money Price, string Storefront, DateTimeOffset QueueOpensAt,
        DateTimeOffset StartsAt, DateTimeOffset? EndsAt, string Order, string Identity, int AdmitPerSecond, int ClaimSeconds,
        int PaySeconds, int PaymentAttempts, int AuthenticationSeconds, int PresenceSeconds, int GraceSeconds, bool Paused, string? Message,
        string SeedHash, string? Beacon, string? BeaconValue, SaleUnits Units, LineNumbers? Line, DateTimeOffset ServerTime);

    public sealed record SaleList(IReadOnlyList<Sale> Sales);

    public sealed record ReservationLine(
        string Id, int Unit, string State, string? Reason, string Shopper, string Admission, long Place, Money Price,
        string PaymentState, int PaymentAttempts, string? OrderNumber, DateTimeOffset CreatedAt, DateTimeOffset PayBy,
        DateTimeOffset ChangedAt, long NetCaptured);

    public sealed record ReservationPage(IReadOnlyList<ReservationLine> Reservations, string? Cursor);

    public sealed record StorefrontList(IReadOnlyList<Storefront> Storefronts);

    public sealed record Audit(
        bool Ok, int Inventory, int Available, int Admitted, int Held, int Sold, IReadOnlyList<string> Violations);

    public sealed record StorefrontSettings(string? Name, IReadOnlyList<string>? ReturnOrigins, string? EnqueueSecret, string? JwksUrl, Look? Look);

    public sealed record Storefront(
        string Id, string Name, IReadOnlyList<string> ReturnOrigins, string? JwksUrl, bool HasEnqueueSecret, Look? Look,
        string? ApiKey);

    public sealed record StorefrontKey(string ApiKey);

    /// <param name="Storefront">The only one whose sales they see and change; null: all.</param>
    public sealed record Me(string Name, string Role, string? Storefront);

    /// <param name="Role">viewer, operator or admin.</param>
    public sealed record OperatorSettings(string? Role, string? Storefront, DateTimeOffset? ExpiresAt);

    public sealed record Operator(
        string Name, string Role, string? Storefront, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? ApiKey);

    public sealed record OperatorList(IReadOnlyList<Operator> Operators);

    public sealed record JournalEntry(
        long No, DateTimeOffset At, string Actor, string From, string Action, string? Sale, string? Storefront, string? Subject,
        System.Text.Json.JsonElement? Before, System.Text.Json.JsonElement? After);

    public sealed record JournalPage(IReadOnlyList<JournalEntry> Entries, string? Cursor);

    /// <param name="Signing">The key that signs now.</param>
    public sealed record RevokedKey(string Kid, string Signing);

    public sealed record RotatedKey(string Kid, DateTimeOffset SignsFrom);

    public sealed record Webhook(string Url);

    public sealed record RegisteredWebhook(string Storefront, string Url, string? Secret);

    public sealed record WebhookEvents(IReadOnlyList<WebhookEvent> Events);

    public sealed record WebhookEvent(
        string Id, string Type, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset At, int? LastStatus, string? LastError);

    public sealed record ReplayAnswer(int Replayed);
}
