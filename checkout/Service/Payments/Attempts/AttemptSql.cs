using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Payments.Attempts;

/// <summary>
/// The statements over <c>payment_attempts</c>. A change is guarded by the version, which only
/// <see cref="Take"/> counts up: whoever lost the attempt to another process changes nothing any more. Every UPDATE
/// forces the primary key: left to itself, MariaDB may walk an index over the state for a single id, lock the rows it
/// passes, and so deadlock with their owners.
/// </summary>
internal static class AttemptSql
{
    /// <summary>An <see cref="AttemptRow"/>.</summary>
    private const string Columns =
        """
        a.id, a.reservation, a.number, a.method, a.amount, a.currency, s.id AS sale, a.intent, a.session, a.state, a.outcome, a.tries,
        a.failures, a.authorised, a.version, a.request_hash, a.answer_status, a.answer_body, a.doubt, a.receipt_email,
        COALESCE(a.counted_from, a.created_at) < UTC_TIMESTAMP(3) - INTERVAL @captureWithin SECOND AS is_overdue
        FROM payment_attempts a JOIN sales s ON s.no = a.sale_no

        """;

    /// <summary>@id, @captureWithin → the row.</summary>
    public const string ById = "SELECT " + Columns + "WHERE a.id = @id";

    /// <summary>@reservation, @key, @captureWithin → the row.</summary>
    public const string ByKey = "SELECT " + Columns + "WHERE a.reservation = @reservation AND a.idem_key = @key";

    /// <summary>@reservation, @captureWithin → the row whose bank is asking the shopper; there is one at the most.</summary>
    public static readonly string Asked =
        $"SELECT {Columns} WHERE a.reservation = @reservation AND a.state = {AttemptState.Authenticating:D}";

    /// <summary>
    /// The guards of beginning: held, pay-by ahead, attempts left, none in progress, not the storefront's server's. Locks
    /// the reservation's row until the commit, so that attempts begin one after the other. @reservation.
    /// </summary>
    public static readonly string Begin =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET payment_attempts = payment_attempts + 1,
          payment_state = {PaymentState.Processing:D}
        WHERE id = @reservation AND state = {ReservationState.Held:D} AND pay_by > UTC_TIMESTAMP(3)
          AND payment_attempts < attempts_allowed AND by_storefront = 0
          AND payment_state NOT IN ({PaymentState.Processing:D}, {PaymentState.Unknown:D}, {PaymentState.Authorised:D},
            {PaymentState.ActionRequired:D})
        """;

    /// <summary>The attempt itself, in the same transaction. @id, @reservation, @key, @hash, @method, @receiptEmail, @lease.</summary>
    public static readonly string Insert =
        $"""
        INSERT INTO payment_attempts (id, reservation, number, sale_no, idem_key, request_hash, method, amount, currency,
          state, receipt_email, created_at, changed_at, lease_until, due_at)
        SELECT @id, r.id, r.payment_attempts, r.sale_no, @key, @hash, @method, r.price_amount, r.price_currency,
          {AttemptState.Created:D}, @receiptEmail, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL @lease SECOND,
          UTC_TIMESTAMP(3) + INTERVAL @lease SECOND
        FROM reservations r WHERE r.id = @reservation
        """;

    /// <summary>→ id, version of what is due and nobody works on, without a lock. @limit.</summary>
    public const string Due =
        """
        SELECT id, version FROM payment_attempts
        WHERE due_at <= UTC_TIMESTAMP(3) AND lease_until <= UTC_TIMESTAMP(3) ORDER BY due_at LIMIT @limit
        """;

    /// <summary>
    /// → reservation, attempt: secured for an attempt that ended without a sale. Only a process that slept through its
    /// lease in the middle of a step can do that. @limit.
    /// </summary>
    public static readonly string Stranded =
        $"""
        SELECT r.id, a.id FROM reservations r JOIN payment_attempts a ON a.id = r.secured_by
        WHERE r.state = {ReservationState.Securing:D} AND a.state > {AttemptState.Captured:D} LIMIT @limit
        """;

    /// <summary>
    /// → attempts that are not final; and those of them that are flagged with the differences that nobody has answered. @sale
    /// (null: of every sale).
    /// </summary>
    public const string CountOpen =
        """
        SELECT COUNT(*), COUNT(flagged_at) + (SELECT COUNT(*) FROM payment_differences d
          WHERE d.answered_at IS NULL AND (@sale IS NULL OR d.sale_no = @sale))
        FROM payment_attempts WHERE due_at IS NOT NULL AND (@sale IS NULL OR sale_no = @sale)
        """;

    /// <summary>→ a <see cref="FlaggedRow"/> for each that needs a person, oldest first. @limit.</summary>
    public const string Flagged =
        """
        SELECT a.id, s.id AS sale, a.reservation, a.intent, a.state, a.note, a.created_at
        FROM payment_attempts a JOIN sales s ON s.no = a.sale_no
        WHERE a.due_at IS NOT NULL AND a.flagged_at IS NOT NULL ORDER BY a.id LIMIT @limit
        """;

    /// <summary>
    /// Takes an attempt over, unless someone else was faster. One that never gets as far as being saved is flagged here.
    /// @id, @version, @lease, @flagAfter.
    /// </summary>
    public static readonly string Take =
        $"""
        UPDATE payment_attempts FORCE INDEX (PRIMARY) SET version = version + 1,
          lease_until = UTC_TIMESTAMP(3) + INTERVAL @lease SECOND,
          flagged_at = IF(flagged_at IS NULL AND state <> {AttemptState.Authenticating:D}
            AND COALESCE(counted_from, created_at) < UTC_TIMESTAMP(3) - INTERVAL @flagAfter SECOND,
            UTC_TIMESTAMP(3), flagged_at)
        WHERE id = @id AND version = @version AND due_at <= UTC_TIMESTAMP(3) AND lease_until <= UTC_TIMESTAMP(3)
        """;

    /// <summary>Someone has news of it: due now, for anyone, unless someone works on it. @id.</summary>
    public const string Wake =
        """
        UPDATE payment_attempts FORCE INDEX (PRIMARY) SET due_at = LEAST(due_at, UTC_TIMESTAMP(3))
        WHERE id = @id AND due_at IS NOT NULL AND lease_until <= UTC_TIMESTAMP(3)
        """;

    /// <summary>
    /// Saves a step. @delayMs null: the attempt stays ours for another lease; else it is due again, for anyone, after
    /// that. Final states are never due. Flags what is not final in time, which counts from when the bank had decided: a
    /// shopper who takes long is no fault. (counted_from comes first: it is about the row as it was.)
    /// </summary>
    public static readonly string Save =
        $"""
        UPDATE payment_attempts FORCE INDEX (PRIMARY) SET
          counted_from = IF((state = {AttemptState.Authenticating:D} AND @state <> {AttemptState.Authenticating:D})
            OR (@authorised AND NOT authorised), UTC_TIMESTAMP(3), counted_from),
          receipt_email = IF(@intent IS NULL AND @session IS NULL AND @state < {Attempt.FirstFinal:D}, receipt_email, NULL),
          intent = @intent, session = @session, state = @state, outcome = @outcome, tries = @tries, doubt = @doubt, failures = @failures, authorised = @authorised, note = COALESCE(@note, note),
          changed_at = UTC_TIMESTAMP(3),
          answer_status = COALESCE(answer_status, @answerStatus), answer_body = COALESCE(answer_body, @answerBody),
          flagged_at = IF(@state < {Attempt.FirstFinal:D} AND flagged_at IS NULL
            AND (@flag OR @state <> {AttemptState.Authenticating:D} AND COALESCE(counted_from, created_at) < UTC_TIMESTAMP(3) - INTERVAL @flagAfter SECOND), UTC_TIMESTAMP(3), flagged_at),
          lease_until = IF(@delayMs IS NULL, UTC_TIMESTAMP(3) + INTERVAL @lease SECOND, UTC_TIMESTAMP(3)),
          due_at = IF(@state >= {Attempt.FirstFinal:D}, NULL,
            IF(@delayMs IS NULL, UTC_TIMESTAMP(3) + INTERVAL @lease SECOND,
              UTC_TIMESTAMP(3) + INTERVAL @delayMs * 1000 MICROSECOND))
        WHERE id = @id AND version = @version
        """;

    /// <summary>
    /// What the shopper sees of the reservation's latest attempt; a change of nothing else. @reservation, @number,
    /// @payment, @from (a payment state to change only, or null).
    /// </summary>
    public static readonly string Show =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET payment_state = @payment
        WHERE id = @reservation AND payment_attempts = @number
          AND state IN ({ReservationState.Held:D}, {ReservationState.Released:D})
          AND (@from IS NULL OR payment_state = @from)
        """;

    /// <summary>
    /// An intent of ours that no attempt has: to be closed, whatever it is. @id, @of (the attempt in its metadata),
    /// @intent. Repeating it adds nothing.
    /// </summary>
    public static readonly string Adopt =
        $"""
        INSERT IGNORE INTO payment_attempts (id, reservation, number, sale_no, idem_key, request_hash, method, amount,
          currency, intent, state, outcome, authorised, created_at, changed_at, lease_until, due_at)
        SELECT @id, a.reservation, NULL, a.sale_no, CONCAT('stray ', @intent), a.request_hash, a.method, a.amount,
          a.currency, @intent, {AttemptState.Closing:D}, {AttemptOutcome.Ended:D}, 1,
          UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
        FROM payment_attempts a WHERE a.id = @of
        """;
}
