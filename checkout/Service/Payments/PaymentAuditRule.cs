using FlashSale.Checkout.Audit;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Differences;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Reservations;
using FlashSale.Checkout.Sales;

using MySqlConnector;

namespace FlashSale.Checkout.Payments;

/// <summary>
/// The payments' part of the audit: our attempts against our reservations, and with <c>?provider=true</c> what the
/// provider says of every payment of the sale. A reservation that changes while the provider is read, or has an open
/// attempt, is not judged.
/// </summary>
public sealed class PaymentAuditRule(StripeProvider provider, LedgerDatabase ledger) : IAuditRule
{
    /// <summary>Violations told of each rule.</summary>
    private const int MaxRows = 20;

    private static readonly string[] s_rules =
    [
        $"""
        SELECT CONCAT('invariant 5: reservation ', LOWER(HEX(r.id)), ' is sold for an attempt that captured nothing')
        FROM reservations r LEFT JOIN payment_attempts a ON a.id = r.secured_by
          AND a.state IN ({AttemptState.Capturing:D}, {AttemptState.Captured:D})
        WHERE r.sale_no = @no AND r.state = {ReservationState.Sold:D} AND r.secured_by IS NOT NULL AND a.id IS NULL
        """,
        $"""
        SELECT CONCAT('invariant 5: attempt ', LOWER(HEX(a.id)), ' captured money and sold nothing')
        FROM payment_attempts a JOIN reservations r ON r.id = a.reservation
        WHERE a.sale_no = @no AND a.state = {AttemptState.Captured:D}
          AND NOT (r.state = {ReservationState.Sold:D} AND r.secured_by <=> a.id)
        """,
        $"""
        SELECT CONCAT('invariant 5: the money of attempt ', LOWER(HEX(a.id)), ' went back, and its unit is still sold')
        FROM payment_attempts a JOIN reservations r ON r.id = a.reservation
        WHERE a.sale_no = @no AND a.state IN ({AttemptState.Returning:D}, {AttemptState.Refunded:D})
          AND r.state = {ReservationState.Sold:D} AND r.secured_by <=> a.id
        """,
        $"""
        SELECT CONCAT('invariant 5: reservation ', LOWER(HEX(r.id)), ' is refunding or refunded, and its money is not')
        FROM reservations r LEFT JOIN payment_attempts a ON a.id = r.secured_by
          AND a.state IN ({AttemptState.Returning:D}, {AttemptState.Refunded:D})
        WHERE r.sale_no = @no AND r.state IN ({ReservationState.Refunding:D}, {ReservationState.Refunded:D})
          AND r.secured_by IS NOT NULL AND a.id IS NULL
        """,
        """
        SELECT CONCAT('invariant 5: the books differ about attempt ', LOWER(HEX(d.attempt)), ' by ', d.amount, ' (', d.detail,
          '): GET /admin/payments says what to do')
        FROM payment_differences d WHERE d.sale_no = @no AND d.answered_at IS NULL
        """,
        $"""
        SELECT CONCAT('invariant 6: attempt ', LOWER(HEX(a.id)), ' is open since ', a.created_at, ' and needs a person: ',
          COALESCE(a.note, ''))
        FROM payment_attempts a WHERE a.sale_no = @no AND a.due_at IS NOT NULL AND a.flagged_at IS NOT NULL
        """,
    ];

    // What a person has answered is as it is: of a sold unit so much less is kept, of a refunded one so much.
    private static readonly string s_books =
        $"""
        SELECT r.id, r.state, r.secured_by, CASE
          WHEN r.secured_by IS NULL THEN 0
          WHEN r.state = {ReservationState.Sold:D} THEN r.price_amount - {Answered(DifferenceKind.RefundedElsewhere)}
          WHEN r.state = {ReservationState.Refunded:D} THEN {Answered(DifferenceKind.RefundFailed)}
          ELSE 0 END AS net,
          EXISTS (SELECT 1 FROM payment_attempts a WHERE a.reservation = r.id AND a.due_at IS NOT NULL) AS is_open
        FROM reservations r WHERE r.sale_no = @no AND r.payment_attempts > 0
        """;

    private static string Answered(DifferenceKind kind) =>
        "COALESCE((SELECT d.amount FROM payment_differences d WHERE d.attempt = r.secured_by "
        + $"AND d.kind = {kind:D} AND d.answered_at IS NOT NULL), 0)";

    public async Task<IReadOnlyList<string>> CheckAsync(
        SaleRow sale, MySqlTransaction reading, bool provider, CancellationToken cancel)
    {
        var violations = new List<string>();
        var with = new { no = sale.No };
        foreach (var rule in s_rules)
        {
            violations.AddRange(await reading.ListAsync<string>($"{rule} LIMIT {MaxRows}", with, cancel)
                .ConfigureAwait(false));
        }

        if (provider)
        {
            var before = await reading.ListAsync<Book>(s_books, with, cancel).ConfigureAwait(false);
            violations.AddRange((await CompareAsync(sale, before.ToDictionary(book => book.Id), cancel)
                .ConfigureAwait(false)).Take(MaxRows));
        }

        return violations;
    }

    private async Task<List<string>> CompareAsync(
        SaleRow sale, Dictionary<Guid, Book> before, CancellationToken cancel)
    {
        Dictionary<Guid, Taken> theirs;
        try
        {
            theirs = await TheirsAsync(sale.Sale.Id.Value, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (StripeProvider.IsNoAnswer(error))
        {
            return ["invariant 5: the provider's ledger could not be read: " + error.GetType().Name];
        }

        var now = await ledger.ListAsync<Book>(s_books, new { no = sale.No }, cancel).ConfigureAwait(false);
        var violations = new List<string>();
        foreach (var book in now)
        {
            var id = book.Id;
            if (book.IsOpen || !before.TryGetValue(id, out var earlier) || earlier != book) continue;
            var taken = theirs.GetValueOrDefault(id);
            if (taken.Captures != (book.Net > 0 ? 1 : 0) || taken.Net != book.Net)
                violations.Add($"invariant 5: reservation {id:N} is {book.State} "
                    + $"with {taken.Captures} net captures of {taken.Net}");
            if (taken.Authorised > 0)
                violations.Add($"invariant 6: reservation {id:N} is {book.State} "
                    + $"with {taken.Authorised} authorisations left");
        }

        foreach (var id in theirs.Where(one => one.Value.Net != 0).Select(one => one.Key).Except(now.Select(book => book.Id)))
            violations.Add($"invariant 5: the provider captured money for {id:N}, which we do not know");
        return violations;
    }

    private async Task<Dictionary<Guid, Taken>> TheirsAsync(string sale, CancellationToken cancel)
    {
        var theirs = new Dictionary<Guid, Taken>();
        await foreach (var intent in provider.OfSaleAsync(sale, cancel).ConfigureAwait(false))
        {
            if (!ReservationId.TryParse(intent.Metadata?.GetValueOrDefault("reservation"), out var id)) continue;
            // A cancelled authorisation is "refunded" on its charge, and nothing was ever captured.
            var net = intent.AmountReceived == 0 ? 0 : intent.AmountReceived - (intent.LatestCharge?.AmountRefunded ?? 0);
            var taken = theirs.GetValueOrDefault(id.Value);
            theirs[id.Value] = new Taken(
                taken.Captures + (net > 0 ? 1 : 0), taken.Net + net,
                taken.Authorised + (intent.Status == StripeProvider.RequiresCapture ? 1 : 0));
        }

        return theirs;
    }

    /// <summary>What we say of a reservation.</summary>
    private sealed record Book
    {
        public Guid Id { get; init; }
        public ReservationState State { get; init; }
        public Guid? SecuredBy { get; init; }

        /// <summary>What the provider should have of it.</summary>
        public long Net { get; init; }

        /// <summary>An attempt is not final yet.</summary>
        public bool IsOpen { get; init; }
    }

    /// <summary>What the provider has of it.</summary>
    private readonly record struct Taken(int Captures, long Net, int Authorised);
}
