using System.Text.Json.Serialization;

namespace FlashSale.Contract;

/// <summary>A sale as the services know it: the operator's settings, resolved, and what the ledger adds.</summary>
public sealed record Sale
{
    public required SaleId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Units for sale, 1–1,000,000.</summary>
    public required int Inventory { get; init; }

    /// <summary>The highest unit number ever in the sale; numbers above <see cref="Inventory"/> in total are withdrawn.</summary>
    public required int MaxUnit { get; init; }
    public required Money Price { get; init; }
    public required StorefrontId Storefront { get; init; }
    public required DateTimeOffset QueueOpensAt { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
    public LineOrder Order { get; init; }
    public IdentityRule Identity { get; init; }

    /// <summary>Admissions a second at the most, 1–100,000.</summary>
    public int AdmitPerSecond { get; init; } = 200;

    /// <summary>Seconds to put the unit in the cart once it is the shopper's turn.</summary>
    public int ClaimSeconds { get; init; } = 120;

    /// <summary>Seconds to pay for a reserved unit.</summary>
    public int PaySeconds { get; init; } = 300;
    public int PaymentAttempts { get; init; } = 3;

    /// <summary>By how many seconds, at the most and once, a cart whose bank asks the shopper is extended; 0 = never.</summary>
    public int AuthenticationSeconds { get; init; } = 120;

    /// <summary>How long after its redeem-by a unit may be paid, with everything that adds to it.</summary>
    public int LongestPaySeconds => PaySeconds + AuthenticationSeconds + GraceSeconds;

    /// <summary>A shopper not seen for longer counts as away.</summary>
    public int PresenceSeconds { get; init; } = 60;

    /// <summary>A unit is released this long after its pay-by or redeem-by, never before.</summary>
    public int GraceSeconds { get; init; } = 3;
    public bool Paused { get; init; }

    /// <summary>The operator's words to those who wait.</summary>
    public string? Message { get; init; }

    /// <summary>Null: joining costs no work.</summary>
    public ProofOfWork? ProofOfWork { get; init; }

    /// <summary>32 random bytes, base64: the key of the shuffle. Secret until the order is drawn.</summary>
    public required string Seed { get; init; }

    /// <summary>
    /// What is mixed into the shuffle so that nobody could choose it: a public beacon and its round, named before the line opens.
    /// Null: nothing is.
    /// </summary>
    public string? Beacon { get; init; }

    /// <summary>What that beacon said. Until it is known nobody is called.</summary>
    public string? BeaconValue { get; init; }

    /// <summary>The order is not drawn before the beacon's value is known.</summary>
    [JsonIgnore]
    public bool AwaitsBeacon => Beacon is not null && BeaconValue is null;
}
