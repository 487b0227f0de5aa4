using System.Text.Json.Serialization;

namespace FlashSale.Contract;

/// <summary>What the ledger knows of a unit that is not simply free.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UnitState>))]
public enum UnitState
{
    /// <summary>In a cart (also while its payment is being captured).</summary>
    [JsonStringEnumMemberName("held")] Held,
    [JsonStringEnumMemberName("sold")] Sold,

    /// <summary>Given back lately: the admission is spent and the unit is free.</summary>
    [JsonStringEnumMemberName("released")] Released,

    /// <summary>Taken out of the sale by a smaller inventory; belongs to no admission.</summary>
    [JsonStringEnumMemberName("withdrawn")] Withdrawn,
}

/// <summary>One row of a <see cref="LedgerSnapshot"/>.</summary>
/// <param name="Admission">The admission that took the unit; empty when withdrawn.</param>
public sealed record LedgerUnit(SaleId Sale, int Unit, UnitState State, string Admission);

/// <summary>What of the held units a pull of changes is told beside the changes.</summary>
public enum HeldUnits
{
    /// <summary>Nothing.</summary>
    Changed,

    /// <summary><see cref="LedgerSnapshot.Held"/>: whether all of them are known, for a few bytes.</summary>
    Sums,
}

/// <summary>
/// The units of one sale that are held, in one number: the sum of the CRC-32 (IEEE 802.3) of their admissions' ids.
/// </summary>
public sealed record HeldSum(SaleId Sale, long Sum);

/// <summary>
/// The answer of <c>GET /internal/ledger?since=…&amp;held=…&amp;revision=…</c> of the checkout. Without <c>since</c> it holds
/// every live unit (held, sold, withdrawn) and what was released within the last claim time; with it, what has changed
/// after <c>since</c>, and <see cref="HeldUnits"/>. Applying one twice, or late, is harmless.
/// </summary>
/// <param name="AsOf">The database's clock before the rows were read.</param>
/// <param name="Revision">
/// Changes when any sale changes, and is never that of other sales, not even after the ledger was put back to an older state.
/// </param>
/// <param name="Sales">Every sale, or null when the caller's revision is the newest.</param>
/// <param name="Outage">The last one that has ended; null when there was none.</param>
/// <param name="Held">Of every sale with held units, when <see cref="HeldUnits.Sums"/> were asked for.</param>
public sealed record LedgerSnapshot(
    DateTimeOffset AsOf, string Revision, IReadOnlyList<Sale>? Sales, IReadOnlyList<LedgerUnit> Units,
    LedgerOutage? Outage = null, IReadOnlyList<HeldSum>? Held = null);

/// <summary>A time in which the ledger could not be written to, by its own clock.</summary>
public sealed record LedgerOutage(DateTimeOffset Began, DateTimeOffset Ended)
{
    /// <summary>Whether it took away from this time.</summary>
    public bool Touches(DateTimeOffset from, DateTimeOffset until) => Began < until && Ended > from;
}

/// <summary>The answer of <c>GET /internal/catalog?revision=…</c> of the checkout: what an edge must know.</summary>
public sealed record Catalog(
    DateTimeOffset AsOf, string Revision, IReadOnlyList<Sale>? Sales, IReadOnlyList<Storefront>? Storefronts);

/// <summary>The body of <c>POST /internal/claims</c> of the waiting room: the edge has verified the ticket.</summary>
public sealed record ClaimRequest(SaleId Sale, uint Epoch, uint Number, string Shopper);

/// <summary>Its 200 answer. 409 <c>notYourTurn</c>, 410 <c>admissionMissed</c> otherwise.</summary>
public sealed record ClaimAnswer(string AdmissionId, string Token, int Unit, DateTimeOffset RedeemBy);

/// <summary>
/// The answer of <c>GET /internal/sales/{sale}/line</c> of the waiting room: the line's live numbers, for operators.
/// </summary>
public sealed record LineNumbers(
    uint Epoch, long Joined, long Head, long Waiting, long Returning, int Admitted, double AdmissionsPerSecond,
    long SkippedAbsent, int Edges, string? StoppedBecause, DateTimeOffset AsOf)
{
    /// <summary>Polls that the edges answer a second, of this sale.</summary>
    public double PollsPerSecond { get; init; }

    /// <summary>The edges that were heard of this sale within the last minute.</summary>
    public IReadOnlyList<EdgeNumbers> EdgesSeen { get; init; } = [];
}

/// <summary>An edge as it reports itself to the line.</summary>
/// <param name="Name">Its machine and process.</param>
/// <param name="SeenMsAgo">By Redis' clock. Above <see cref="LiveMs"/> it counts as gone.</param>
public sealed record EdgeNumbers(string Name, string Version, double JoinsPerSecond, double PollsPerSecond, long SeenMsAgo)
{
    /// <summary>An edge that has not reported for this long is gone; its shoppers poll another.</summary>
    public const long LiveMs = 3000;
}
