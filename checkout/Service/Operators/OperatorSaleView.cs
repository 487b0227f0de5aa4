using FlashSale.Checkout.Payments;
using FlashSale.Contract;

namespace FlashSale.Checkout.Operators;

/// <summary>A sale's settings and live numbers, as operators see them; never the shuffle's seed, only its hash.</summary>
/// <param name="SeedHash">The draw's commitment, published before the sale (<see cref="Draw.Commitment"/>).</param>
/// <param name="Line">Null when no waiting room answers.</param>
/// <param name="Payments">Null in lists.</param>
public sealed record OperatorSaleView(
    SaleId Id, string Name, int Inventory, Money Price, StorefrontId Storefront, DateTimeOffset QueueOpensAt,
    DateTimeOffset StartsAt, DateTimeOffset? EndsAt, LineOrder Order, IdentityRule Identity, int AdmitPerSecond,
    int ClaimSeconds, int PaySeconds, int PaymentAttempts, int AuthenticationSeconds, int PresenceSeconds, int GraceSeconds, bool Paused,
    string? Message, ProofOfWork? ProofOfWork, string SeedHash, string? Beacon, string? BeaconValue, UnitNumbers Units, LineNumbers? Line,
    PaymentNumbers? Payments, DateTimeOffset ServerTime)
{
    public static OperatorSaleView Of(Sale sale, UnitCounts counts, LineNumbers? line, PaymentNumbers? payments = null)
    {
        ArgumentNullException.ThrowIfNull(sale);
        ArgumentNullException.ThrowIfNull(counts);
        var admitted = line?.Admitted ?? 0;
        return new OperatorSaleView(
            sale.Id, sale.Name, sale.Inventory, sale.Price, sale.Storefront, sale.QueueOpensAt, sale.StartsAt, sale.EndsAt,
            sale.Order, sale.Identity, sale.AdmitPerSecond, sale.ClaimSeconds, sale.PaySeconds, sale.PaymentAttempts, sale.AuthenticationSeconds,
            sale.PresenceSeconds, sale.GraceSeconds, sale.Paused, sale.Message, sale.ProofOfWork,
            Draw.Commitment(sale.Seed, sale.Beacon), sale.Beacon, sale.BeaconValue,
            new UnitNumbers(sale.Inventory, Math.Max(0, sale.Inventory - counts.Held - counts.Sold - admitted), admitted,
                counts.Held, counts.Sold, counts.Released, counts.Refunded), line, payments, counts.AsOf);
    }
}
