using FlashSale.Contract;

namespace FlashSale.Checkout.Sales;

/// <summary>A row of <c>sales</c>, as it is read and written.</summary>
internal sealed class SaleColumns
{
    public int No { get; init; }
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public int Inventory { get; init; }
    public int MaxUnit { get; init; }
    public long PriceAmount { get; init; }
    public string PriceCurrency { get; init; } = "";
    public string Storefront { get; init; } = "";
    public DateTime QueueOpensAt { get; init; }
    public DateTime StartsAt { get; init; }
    public DateTime? EndsAt { get; init; }
    public LineOrder LineOrder { get; init; }
    public IdentityRule IdentityRule { get; init; }
    public int AdmitPerSecond { get; init; }
    public int ClaimSeconds { get; init; }
    public int PaySeconds { get; init; }
    public int PaymentAttempts { get; init; }
    public int AuthenticationSeconds { get; init; }
    public int PresenceSeconds { get; init; }
    public int GraceSeconds { get; init; }
    public bool Paused { get; init; }
    public string? Message { get; init; }
    public byte[] Seed { get; init; } = [];
    public string? Beacon { get; init; }
    public string? BeaconValue { get; init; }
    public int? ProofBits { get; init; }
    public int? ProofAbove { get; init; }
    public long Revision { get; init; }

    /// <summary>What a statement writes of a sale.</summary>
    public static SaleColumns Of(Sale sale) => new()
    {
        Id = sale.Id.Value,
        Name = sale.Name,
        Inventory = sale.Inventory,
        MaxUnit = sale.MaxUnit,
        PriceAmount = sale.Price.Amount,
        PriceCurrency = sale.Price.Currency,
        Storefront = sale.Storefront.Value,
        QueueOpensAt = sale.QueueOpensAt.UtcDateTime,
        StartsAt = sale.StartsAt.UtcDateTime,
        EndsAt = sale.EndsAt?.UtcDateTime,
        LineOrder = sale.Order,
        IdentityRule = sale.Identity,
        AdmitPerSecond = sale.AdmitPerSecond,
        ClaimSeconds = sale.ClaimSeconds,
        PaySeconds = sale.PaySeconds,
        PaymentAttempts = sale.PaymentAttempts,
        AuthenticationSeconds = sale.AuthenticationSeconds,
        PresenceSeconds = sale.PresenceSeconds,
        GraceSeconds = sale.GraceSeconds,
        Paused = sale.Paused,
        Message = sale.Message,
        Seed = Convert.FromBase64String(sale.Seed),
        Beacon = sale.Beacon,
        BeaconValue = sale.BeaconValue,
        ProofBits = sale.ProofOfWork?.Bits,
        ProofAbove = sale.ProofOfWork?.AboveJoinsPerSecond,
    };

    public SaleRow ToRow() => new(No, new Sale
    {
        Id = SaleId.Parse(Id),
        Name = Name,
        Inventory = Inventory,
        MaxUnit = MaxUnit,
        Price = new Money(PriceAmount, PriceCurrency),
        Storefront = StorefrontId.Parse(Storefront),
        QueueOpensAt = QueueOpensAt,
        StartsAt = StartsAt,
        EndsAt = EndsAt,
        Order = LineOrder,
        Identity = IdentityRule,
        AdmitPerSecond = AdmitPerSecond,
        ClaimSeconds = ClaimSeconds,
        PaySeconds = PaySeconds,
        PaymentAttempts = PaymentAttempts,
        AuthenticationSeconds = AuthenticationSeconds,
        PresenceSeconds = PresenceSeconds,
        GraceSeconds = GraceSeconds,
        Paused = Paused,
        Message = Message,
        ProofOfWork = ProofBits is { } bits ? new ProofOfWork(bits, ProofAbove ?? 0) : null,
        Seed = Convert.ToBase64String(Seed),
        Beacon = Beacon,
        BeaconValue = BeaconValue,
    });
}
