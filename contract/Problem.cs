using System.Text.Json;

using Microsoft.AspNetCore.Http;

namespace FlashSale.Contract;

/// <summary>
/// Every problem the system answers with: RFC 9457 with a stable <c>code</c>. The table is the contract's list of codes.
/// </summary>
public sealed record Problem(int Status, string Code, string Title)
{
    public static readonly Problem Malformed = new(400, "malformed", "The request is malformed.");
    public static readonly Problem ReturnUrlNotAllowed = new(400, "returnUrlNotAllowed", "The return URL is not allowed.");
    public static readonly Problem AdmissionRequired = new(401, "admissionRequired", "An admission is required.");
    public static readonly Problem AdmissionInvalid = new(401, "admissionInvalid", "The admission is not valid.");
    public static readonly Problem TicketInvalid = new(401, "ticketInvalid", "The ticket is missing or not valid.");
    public static readonly Problem EnqueueTokenInvalid = new(401, "enqueueTokenInvalid", "The enqueue token is missing or not valid.");
    public static readonly Problem ApiKeyInvalid = new(401, "apiKeyInvalid", "The API key is missing or not valid.");
    public static readonly Problem PaymentDeclined = new(402, "paymentDeclined", "The payment was declined.");
    public static readonly Problem WrongSale = new(403, "wrongSale", "The admission is for another sale.");
    public static readonly Problem NotAllowed = new(403, "notAllowed", "This operator may not do that.");
    public static readonly Problem UnknownSale = new(404, "unknownSale", "There is no such sale.");
    public static readonly Problem NotFound = new(404, "notFound", "There is no such thing here.");
    public static readonly Problem NotYourTurn = new(409, "notYourTurn", "It is not your turn yet.");
    public static readonly Problem AlreadyReserved = new(409, "alreadyReserved", "You have a unit in your cart already.");
    public static readonly Problem AlreadyBought = new(409, "alreadyBought", "You have bought your unit already.");
    public static readonly Problem PlaceOfAnother = new(409, "placeOfAnother", "This browser has another shopper's place.");
    public static readonly Problem PlaceMoved = new(409, "placeMoved", "This place has moved to another device.");
    public static readonly Problem NotWaiting = new(409, "notWaiting", "This place does not wait any more.");
    public static readonly Problem PaymentInProgress = new(409, "paymentInProgress", "A payment is in progress.");
    public static readonly Problem NotSold = new(409, "notSold", "The unit is not sold.");
    public static readonly Problem InventoryInUse = new(409, "inventoryInUse", "More units are held or sold than that.");
    public static readonly Problem AdmissionMissed = new(410, "admissionMissed", "Your turn has passed.");
    public static readonly Problem AdmissionSpent = new(410, "admissionSpent", "The admission has been used.");
    public static readonly Problem ReservationEnded = new(410, "reservationEnded", "The reservation has ended.");
    public static readonly Problem SaleEnded = new(410, "saleEnded", "The sale has ended.");
    public static readonly Problem TooLarge = new(413, "tooLarge", "The request is too large.");
    public static readonly Problem UnsupportedMediaType = new(415, "unsupportedMediaType", "Send application/json.");
    public static readonly Problem IdempotencyKeyReused = new(422, "idempotencyKeyReused", "The idempotency key was used for another request.");
    public static readonly Problem PriceNotPayable = new(422, "priceNotPayable", "The payment provider can't take this price.");
    public static readonly Problem JoiningNotOpen = new(425, "joiningNotOpen", "The line is not open yet.");
    public static readonly Problem ChallengeRequired = new(428, "challengeRequired", "Joining needs a proof of work right now.");
    public static readonly Problem SlowDown = new(429, "slowDown", "Too many requests.");
    public static readonly Problem Unavailable = new(503, "unavailable", "Not available right now.");

    /// <summary><c>WWW-Authenticate</c> of <see cref="ApiKeyInvalid"/>, by which an edge tells it from other 401.</summary>
    public const string KeyChallenge = "Bearer realm=\"key\"";

    /// <summary>Every problem, in the contract's order.</summary>
    public static IReadOnlyList<Problem> All { get; } =
    [
        Malformed, ReturnUrlNotAllowed, AdmissionRequired, AdmissionInvalid, TicketInvalid, EnqueueTokenInvalid,
        ApiKeyInvalid, PaymentDeclined, WrongSale, NotAllowed, UnknownSale, NotFound, NotYourTurn, AlreadyReserved, AlreadyBought,
        PlaceOfAnother, PlaceMoved, NotWaiting, PaymentInProgress, NotSold, InventoryInUse, AdmissionMissed, AdmissionSpent,
        ReservationEnded, SaleEnded,
        TooLarge, UnsupportedMediaType, IdempotencyKeyReused, PriceNotPayable, JoiningNotOpen, ChallengeRequired, SlowDown,
        Unavailable,
    ];

    /// <summary>Writes the problem as the response.</summary>
    /// <param name="response">Not started yet.</param>
    /// <param name="detail">What is wrong with this request, for a developer; never a secret.</param>
    /// <param name="retryAfterSeconds">Sets <c>Retry-After</c>; 1 when the problem demands one and none is given.</param>
    /// <param name="extensions">Further members, such as <c>lineUrl</c>; null values are left out.</param>
    public async Task WriteAsync(
        HttpResponse response, string? detail = null, int? retryAfterSeconds = null,
        params (string Name, object? Value)[] extensions)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (retryAfterSeconds is not null || Status is 429 or 503)
            response.Headers.RetryAfter = (retryAfterSeconds ?? 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (Code == ApiKeyInvalid.Code) response.Headers.WWWAuthenticate = KeyChallenge;
        if (HttpMethods.IsHead(response.HttpContext.Request.Method)) return;

        var body = new Dictionary<string, object?>
        {
            ["type"] = "about:blank",
            ["title"] = Title,
            ["status"] = Status,
            ["code"] = Code,
        };
        if (detail is not null) body["detail"] = detail;
        foreach (var (name, value) in extensions)
            if (value is not null) body[name] = value;
        await JsonSerializer.SerializeAsync(
            response.Body, body, Wire.Json, response.HttpContext.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The problem as a minimal API's result.</summary>
    public IResult Result(
        string? detail = null, int? retryAfterSeconds = null, params (string Name, object? Value)[] extensions) =>
        new ProblemAnswer(this, detail, retryAfterSeconds, extensions);

    /// <summary>The problem that a result answers with; null when it is none.</summary>
    public static Problem? Of(IResult result) => (result as ProblemAnswer)?.Problem;

    private sealed class ProblemAnswer(
        Problem problem, string? detail, int? retryAfterSeconds, (string, object?)[] extensions) : IResult
    {
        public Problem Problem => problem;

        public Task ExecuteAsync(HttpContext httpContext) =>
            problem.WriteAsync(httpContext.Response, detail, retryAfterSeconds, extensions);
    }
}
