using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.LoadTest.Clients;

/// <summary>What a route answered: the body of a success, or the <c>code</c> of a problem.</summary>
/// <param name="Status">0 for no answer.</param>
/// <param name="Body">Null unless the answer was a success with a body.</param>
/// <param name="Problem">Null for a success; <see cref="Answers.Unreadable"/> for one that cannot be read.</param>
/// <param name="RetryAfter">As the server asked, or null.</param>
public sealed record Answer<T>(int Status, T? Body, string? Problem, TimeSpan? RetryAfter) where T : class
{
    /// <summary>The work to do before joining, when the problem is that.</summary>
    public ChallengeAnswer? Challenge { get; init; }

    /// <exception cref="InvalidOperationException">It was a problem; the message says which.</exception>
    public T Require() => Body ?? throw new InvalidOperationException($"answered {Status} {Problem}");

    /// <summary>Worth repeating: too busy, not available right now, or no answer at all.</summary>
    public bool IsTemporary => Answers.IsTemporary(Status);
}

/// <summary>What is said of answers that have no code of their own.</summary>
public static class Answers
{
    /// <summary>A success whose body is not what the contract says.</summary>
    public const string Unreadable = "(unreadable)";

    /// <summary>There was no answer, or none in time; not so when it was cancelled.</summary>
    public static bool IsMissing(Exception error, CancellationToken cancel) =>
        error is HttpRequestException or IOException || (error is TaskCanceledException && !cancel.IsCancellationRequested);

    /// <summary>A status that is worth repeating: too busy, not available right now, or (0) no answer at all.</summary>
    public static bool IsTemporary(int status) => status is 0 or 425 or 429 or 502 or 503 or 504;
}

/// <summary>One request and what came back.</summary>
/// <param name="Status">0 for no answer.</param>
/// <param name="Problem">Null for a success.</param>
/// <param name="Bytes">Of the answer's body.</param>
public readonly record struct Exchange(int Status, string? Problem, long Bytes)
{
    public static readonly Exchange Missing = new(0, "no answer", 0);
}

/// <summary>Work to do: <see cref="Contract.ProofOfWork"/>.</summary>
public sealed record ChallengeAnswer(string Challenge, int Bits);

/// <summary>A place in line.</summary>
public sealed record PlaceAnswer(
    string Sale, string? Ticket, string State, long Number, long? Ahead, string SaleState, int NextPollMs,
    DateTimeOffset? RedeemBy, DateTimeOffset ServerTime);

/// <summary>It is your turn: the token and its unit.</summary>
/// <param name="ContinueUrl">Where the waiting page would send the browser.</param>
public sealed record AdmissionAnswer(
    string AdmissionId, string Token, int Unit, DateTimeOffset RedeemBy, string? ContinueUrl = null);

/// <summary>The money side of a reservation.</summary>
public sealed record PaymentAnswer(string State, int AttemptsLeft);

/// <summary>A unit in a cart.</summary>
public sealed record ReservationAnswer(
    string Id, string Sale, int Unit, string State, string? Reason, DateTimeOffset PayBy, Money Price,
    PaymentAnswer Payment, string? OrderNumber);

/// <summary>The audit of one sale; a violation may be a text or a record.</summary>
public sealed record AuditAnswer(
    bool Ok, int Inventory, int Available, int Admitted, int Held, int Sold, IReadOnlyList<JsonElement> Violations)
{
    /// <summary>Null when no waiting room answered: then nobody has checked the admissions.</summary>
    public LineAnswer? Line { get; init; }

    /// <summary>Whether the provider's own books were compared.</summary>
    public bool Provider { get; init; }
}

/// <summary>Where the units of a sale are.</summary>
/// <param name="Released">Reservations that ended without a sale, so far.</param>
public sealed record UnitsAnswer(int Total, int Available, int Admitted, int Held, int Sold, int Released);

/// <summary>The line of a sale, in numbers.</summary>
public sealed record LineAnswer(long Joined, long Head, long Waiting, string? StoppedBecause);

/// <summary>What operators see of a sale that moves.</summary>
/// <param name="Line">Null while the waiting room cannot be asked.</param>
/// <param name="Order"><c>fifo</c> or <c>shuffle</c>.</param>
public sealed record SaleNumbers(UnitsAnswer Units, LineAnswer? Line, int PresenceSeconds, string? Order = null);
