namespace FlashSale.Checkout.Ledger.Outages;

/// <summary>
/// The pulse is a row that the checkouts keep young. When nobody could write it for <see cref="StaleSeconds"/>, the ledger
/// was out: from then on, and until one transaction has moved every pay-by and made the pulse young again, the shoppers'
/// time (<see cref="Now"/>) stands still, so that the sweep cannot be faster than that transaction. Only plain reads look
/// at it: in an UPDATE it would lock the row that every checkout writes.
/// </summary>
internal static class PulseSql
{
    /// <summary>The pulse is written at this age: milliseconds.</summary>
    public const string YoungMs = "400";

    /// <summary>A gap longer than this is an outage: what the waiting room and readiness call gone, too. Seconds.</summary>
    public const string StaleSeconds = "2";

    /// <summary>An expression: the database's clock, or the last pulse during an outage.</summary>
    public const string Now =
        "(SELECT IF(p.beat_at > UTC_TIMESTAMP(3) - INTERVAL " + StaleSeconds + " SECOND, UTC_TIMESTAMP(3), p.beat_at) "
        + "FROM ledger_pulse p WHERE p.id = 1)";

    /// <summary>→ 1 while the ledger has been out and carts have not got their time back yet.</summary>
    public const string IsStale =
        "SELECT beat_at <= UTC_TIMESTAMP(3) - INTERVAL " + StaleSeconds + " SECOND FROM ledger_pulse WHERE id = 1";

    /// <summary>→ a <see cref="PulseAge"/>.</summary>
    public static readonly string Look =
        $"""
        SELECT CASE
          WHEN beat_at > UTC_TIMESTAMP(3) - INTERVAL {YoungMs} * 1000 MICROSECOND THEN {PulseAge.Young:D}
          WHEN beat_at > UTC_TIMESTAMP(3) - INTERVAL {StaleSeconds} SECOND THEN {PulseAge.Due:D}
          ELSE {PulseAge.Stale:D} END
        FROM ledger_pulse WHERE id = 1
        """;

    /// <summary>Keeps a pulse young that is not stale; the loser of a race with another checkout changes nothing.</summary>
    public const string Beat =
        "UPDATE ledger_pulse SET beat_at = UTC_TIMESTAMP(3) WHERE id = 1 AND beat_at > UTC_TIMESTAMP(3) - INTERVAL "
        + StaleSeconds + " SECOND";

    /// <summary>→ the stale pulse, and the database's clock; no row when another checkout was first. Locks it.</summary>
    public const string LockStale =
        "SELECT beat_at, UTC_TIMESTAMP(3) FROM ledger_pulse WHERE id = 1 AND beat_at <= UTC_TIMESTAMP(3) - INTERVAL "
        + StaleSeconds + " SECOND FOR UPDATE";

    /// <summary>→ every unit that was in a cart when the outage began; without a lock. @began.</summary>
    public static readonly string Carts =
        $"SELECT id FROM reservations WHERE state IN {ReservationStates.InCart} AND release_at > @began ORDER BY id";

    /// <summary>
    /// Moves them, by the primary key: a walk along an index that this very statement changes would lock its entries before
    /// the rows, which everyone else does the other way round. @began, @micros, @ids.
    /// </summary>
    public static readonly string GiveBack =
        $"""
        UPDATE reservations FORCE INDEX (PRIMARY) SET pay_by = pay_by + INTERVAL @micros MICROSECOND,
          release_at = release_at + INTERVAL @micros MICROSECOND
        WHERE state IN {ReservationStates.InCart} AND release_at > @began AND id IN @ids
        """;

    /// <summary>@began, @ended, @given, @carts.</summary>
    public const string Record =
        "INSERT INTO ledger_outages (began_at, ended_at, given_ms, carts) VALUES (@began, @ended, @given, @carts)";

    /// <summary>@ended.</summary>
    public const string Revive = "UPDATE ledger_pulse SET beat_at = @ended WHERE id = 1";
}
