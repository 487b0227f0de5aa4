namespace FlashSale.Contract.OpenApi;

/// <summary>The bodies of the HTTP contract as its documents show them: ids are texts there.</summary>
public static class Schemas
{
    public sealed record JoinRequest(string? EnqueueToken, string? Proof);

    public sealed record Eta(int LowSeconds, int HighSeconds);

    public sealed record Units(int Total, int Available, int InCarts, int Sold);

    public sealed record Place(
        string Sale, string? Ticket, string State, long Number, long? Ahead, Eta? Eta, string Outlook, Units Units,
        string SaleState, DateTimeOffset StartsAt, DateTimeOffset ServerTime, int NextPollMs, string? Message,
        DateTimeOffset? RedeemBy);

    public sealed record PublicSale(
        string Sale, string Name, Money Price, string SaleState, DateTimeOffset QueueOpensAt, DateTimeOffset StartsAt,
        DateTimeOffset? EndsAt, string Order, Units Units, string? Message, DateTimeOffset ServerTime);

    public sealed record ClaimRequest(string? ReturnUrl);

    public sealed record Admission(string AdmissionId, string Token, int Unit, DateTimeOffset RedeemBy, string ContinueUrl);

    public sealed record Payment(string State, int AttemptsLeft);

    public sealed record Reservation(
        string Id, string Sale, int Unit, string State, string? Reason, DateTimeOffset PayBy, Money Price, Payment Payment,
        string? OrderNumber, DateTimeOffset ServerTime);

    public sealed record PayRequest(string PaymentMethod);

    public sealed record SaleSettings(
        string? Name, int? Inventory, Money? Price, string? Storefront, DateTimeOffset? QueueOpensAt, DateTimeOffset? StartsAt,
        DateTimeOffset? EndsAt, string? Order, string? Identity, int? AdmitPerSecond, int? ClaimSeconds, int? PaySeconds,
        int? PaymentAttempts, int? PresenceSeconds, int? GraceSeconds, bool? Paused, string? Message,
        ProofOfWork? ProofOfWork);

    public sealed record Audit(
        bool Ok, int Inventory, int Available, int Admitted, int Held, int Sold, IReadOnlyList<string> Violations);

    public sealed record StorefrontSettings(string? Name, IReadOnlyList<string>? ReturnOrigins, string? EnqueueSecret, string? JwksUrl);

    public sealed record Storefront(
        string Id, string Name, IReadOnlyList<string> ReturnOrigins, string? JwksUrl, bool HasEnqueueSecret, string? ApiKey);

    public sealed record RotatedKey(string Kid, DateTimeOffset SignsFrom);

    public sealed record Webhook(string Url);

    public sealed record RegisteredWebhook(string Storefront, string Url, string? Secret);
}
