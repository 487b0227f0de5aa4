using System.Globalization;
using System.Text;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Reservations;

using MySqlConnector;

namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>
/// The statements of <see cref="SharedSteps"/>: the transitions of <see cref="AttemptSql"/> and <see cref="ReservationSql"/> for
/// attempts of their first version that have gone well so far. A step that moves the unit and the attempt is one UPDATE of both rows
/// under both guards, so that neither moves without the other and no refusal undoes what others share.
/// </summary>
internal static class SharedSql
{
    /// <summary>The version of an attempt that nobody has taken over.</summary>
    public const int Fresh = 1;

    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    /// <summary>All steps in one transaction, then → id, state, version, number of each one's attempt.</summary>
    public static MySqlCommand Commit(MySqlConnection connection, IReadOnlyList<PendingStep> batch)
    {
        var command = new MySqlCommand { Connection = connection };
        var text = new StringBuilder("START TRANSACTION;\n", 128 + (batch.Count * 1024));
        for (var at = 0; at < batch.Count; at++)
        {
            Add(command, "i", at, batch[at].Attempt);
            Add(command, "r", at, batch[at].Reservation);
            batch[at].Write(command, text, at);
        }

        text.Append("COMMIT;\nSELECT id, state, version, number FROM payment_attempts WHERE id IN (");
        for (var at = 0; at < batch.Count; at++) text.Append(at == 0 ? "" : ",").Append(s_culture, $"@i{at}");
        command.CommandText = text.Append(')').ToString();
        return command;
    }

    /// <summary>The attempt, its key, and the reservation's count of attempts; none of it when the key was used before.</summary>
    public static PendingStep Begin(NewAttempt attempt, int lease) => new(
        attempt.Id, attempt.Reservation, AttemptState.Created, Fresh, (command, text, at) =>
        {
            Add(command, "k", at, attempt.Key);
            Add(command, "h", at, attempt.RequestHash);
            Add(command, "m", at, attempt.Method);
            Add(command, "e", at, attempt.ReceiptEmail);
            text.Append(AttemptSql.Begin.Replace("@reservation", Name("r", at), StringComparison.Ordinal)).Append(s_culture,
                $"""

                  AND NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.reservation = @r{at} AND a.idem_key = @k{at});
                INSERT INTO payment_attempts (id, reservation, number, sale_no, idem_key, request_hash, method, amount, currency,
                  state, receipt_email, created_at, changed_at, lease_until, due_at)
                SELECT @i{at}, r.id, r.payment_attempts, r.sale_no, @k{at}, @h{at}, @m{at}, r.price_amount, r.price_currency,
                  {AttemptState.Created:D}, @e{at}, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL {lease} SECOND,
                  UTC_TIMESTAMP(3) + INTERVAL {lease} SECOND
                FROM reservations r WHERE r.id = @r{at} AND ROW_COUNT() = 1;

                """);
        });

    /// <summary>created → confirming: the intent's id is known. Or once more confirming, nothing having gone wrong.</summary>
    public static PendingStep Know(Attempt next, int lease) => Step(next, AttemptState.Confirming, (command, text, at) =>
    {
        Add(command, "n", at, next.Intent);
        text.Append(s_culture,
            $"""
            UPDATE payment_attempts a FORCE INDEX (PRIMARY) SET a.receipt_email = NULL, a.intent = @n{at},
              {Saved(AttemptState.Confirming, lease)}
            WHERE a.id = @i{at} AND a.version = {Fresh} AND a.state IN ({AttemptState.Created:D}, {AttemptState.Confirming:D});

            """);
    });

    /// <summary>confirming → capturing, and held → securing, as <see cref="ReservationSql.Secure"/>.</summary>
    public static PendingStep Secure(Attempt next, int lease) => Step(next, AttemptState.Capturing, (_, text, at) =>
        text.Append(s_culture,
            $"""
            UPDATE reservations r FORCE INDEX (PRIMARY), payment_attempts a FORCE INDEX (PRIMARY) SET
              r.state = {ReservationState.Securing:D}, r.secured_by = @i{at}, r.payment_state = {PaymentState.Authorised:D},
              r.changed_at = UTC_TIMESTAMP(3), a.counted_from = UTC_TIMESTAMP(3), a.authorised = 1,
              {Saved(AttemptState.Capturing, lease)}
            WHERE r.id = @r{at} AND r.state = {ReservationState.Held:D} AND r.release_at > UTC_TIMESTAMP(3)
              AND a.id = @i{at} AND a.version = {Fresh} AND a.state = {AttemptState.Confirming:D};

            """));

    /// <summary>
    /// capturing → captured, and securing → sold, as <see cref="ReservationSql.Sell"/>: while the cart is as the answer says.
    /// </summary>
    public static PendingStep Sell(Attempt next, Reservation sold) => Step(next, AttemptState.Captured, (command, text, at) =>
    {
        Add(command, "o", at, sold.OrderNumber);
        Add(command, "p", at, sold.PayBy.UtcDateTime);
        Add(command, "b", at, next.Answer!.Body);
        text.Append(s_culture,
            $"""
            UPDATE reservations r FORCE INDEX (PRIMARY), payment_attempts a FORCE INDEX (PRIMARY) SET
              r.state = {ReservationState.Sold:D}, r.order_number = @o{at}, r.payment_state = {PaymentState.Captured:D},
              r.changed_at = UTC_TIMESTAMP(3), a.outcome = {next.Outcome:D}, a.answer_status = {next.Answer.Status},
              a.answer_body = @b{at}, {Saved(AttemptState.Captured, lease: null)}
            WHERE r.id = @r{at} AND r.state = {ReservationState.Securing:D} AND r.secured_by = @i{at} AND r.pay_by = @p{at}
              AND a.id = @i{at} AND a.version = {Fresh} AND a.state = {AttemptState.Capturing:D};

            """);
    });

    private static PendingStep Step(
        Attempt next, AttemptState becomes, Action<MySqlCommand, StringBuilder, int> write) =>
        new(next.Id, next.Reservation, becomes, Fresh, write);

    /// <summary>What every step of the kind saves: progress, and another lease, or that it is final.</summary>
    private static string Saved(AttemptState state, int? lease)
    {
        var due = lease is { } seconds ? string.Create(s_culture, $"UTC_TIMESTAMP(3) + INTERVAL {seconds} SECOND") : "NULL";
        return string.Create(s_culture,
            $"""
            a.state = {state:D}, a.tries = 0, a.doubt = 0, a.failures = 0, a.changed_at = UTC_TIMESTAMP(3), a.due_at = {due},
              a.lease_until = COALESCE({due}, UTC_TIMESTAMP(3))
            """);
    }

    private static void Add(MySqlCommand command, string name, int at, object? value) =>
        command.Parameters.AddWithValue(Name(name, at), value);

    private static string Name(string name, int at) => string.Create(s_culture, $"@{name}{at}");
}
