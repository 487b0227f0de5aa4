namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>A row of <c>payment_attempts</c>, as Dapper reads it.</summary>
internal sealed class AttemptRow
{
    public Guid Id { get; init; }
    public Guid Reservation { get; init; }
    public int? Number { get; init; }
    public string Method { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string Sale { get; init; } = "";
    public string? Intent { get; init; }
    public string? Session { get; init; }
    public AttemptState State { get; init; }
    public AttemptOutcome Outcome { get; init; }
    public int Tries { get; init; }
    public bool Doubt { get; init; }
    public int Failures { get; init; }
    public bool Authorised { get; init; }
    public int Version { get; init; }
    public bool IsOverdue { get; init; }
    public byte[] RequestHash { get; init; } = [];
    public int? AnswerStatus { get; init; }
    public byte[]? AnswerBody { get; init; }
    public string? ReceiptEmail { get; init; }

    public Attempt ToAttempt() => new(
        Id, Reservation, Number, Method, Amount, Currency, Sale, Intent, Session, State, Outcome, Tries, Doubt, Failures, Authorised,
        Version, IsOverdue, RequestHash, AnswerStatus is { } status ? new StoredAnswer(status, AnswerBody ?? []) : null, ReceiptEmail);
}
