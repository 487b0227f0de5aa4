using FlashSale.Contract;

namespace FlashSale.Checkout.Audit;

/// <summary>The invariants of one sale, computed now.</summary>
/// <param name="Admitted">From the waiting room; 0 when <paramref name="Line"/> is null.</param>
/// <param name="Line">Null when no waiting room answered: then the admissions were not checked.</param>
/// <param name="Provider">Whether the provider's ledger was compared.</param>
/// <param name="Violations">In words; the first of each rule.</param>
public sealed record AuditReport(
    bool Ok, SaleId Sale, int Inventory, int Available, int Admitted, int Held, int Sold, IReadOnlyList<string> Violations,
    LineNumbers? Line, bool Provider, DateTimeOffset AsOf);
