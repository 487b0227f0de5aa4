using System.Text.Json.Serialization;

namespace FlashSale.Contract;

/// <summary>Money in minor units (cents) of a lower-case ISO 4217 currency.</summary>
public sealed record Money(long Amount, string Currency);

/// <summary>In which order the line is called.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LineOrder>))]
public enum LineOrder
{
    /// <summary>First come, first served.</summary>
    [JsonStringEnumMemberName("fifo")] Fifo,

    /// <summary>Everyone who joined before the start has an equal chance; later ones follow in order.</summary>
    [JsonStringEnumMemberName("shuffle")] Shuffle,
}

/// <summary>Who may join.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IdentityRule>))]
public enum IdentityRule
{
    /// <summary>Anyone: a visitor cookie is the shopper.</summary>
    [JsonStringEnumMemberName("anonymous")] Anonymous,

    /// <summary>Only who brings the storefront's enqueue token.</summary>
    [JsonStringEnumMemberName("storefront")] Storefront,
}

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

    /// <summary>A shopper not seen for longer counts as away.</summary>
    public int PresenceSeconds { get; init; } = 60;

    /// <summary>A unit is released this long after its pay-by or redeem-by, never before.</summary>
    public int GraceSeconds { get; init; } = 3;
    public bool Paused { get; init; }

    /// <summary>The operator's words to those who wait.</summary>
    public string? Message { get; init; }

    /// <summary>Null: joining costs no work.</summary>
    public ProofOfWork? ProofOfWork { get; init; }

    /// <summary>32 random bytes, base64: the key of the shuffle. Secret until the start.</summary>
    public required string Seed { get; init; }
}

/// <summary>A shop that sends its shoppers to the line and trusts our tokens.</summary>
public sealed record Storefront
{
    public required StorefrontId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Origins (scheme://host[:port]) to which the line may return a shopper.</summary>
    public IReadOnlyList<string> ReturnOrigins { get; init; } = [];

    /// <summary>The HS256 secret of its enqueue tokens, or null when it uses <see cref="JwksUrl"/>.</summary>
    public string? EnqueueSecret { get; init; }
    public string? JwksUrl { get; init; }

    /// <summary>Its name's dress on the line's pages; null is the plain one.</summary>
    public Look? Look { get; init; }
}
