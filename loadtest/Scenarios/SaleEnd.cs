using FlashSale.LoadTest.Chaos;
using FlashSale.LoadTest.Clients;

namespace FlashSale.LoadTest.Scenarios;

/// <summary>How a sale stood at the end.</summary>
/// <param name="Audit">Null when none was to be had.</param>
/// <param name="Payments">The provider's own books of the sale; null where they cannot be read.</param>
public sealed record SaleEnd(AuditAnswer? Audit, IReadOnlyList<ProviderRow>? Payments)
{
    /// <summary>Why the last try to read them failed; null when it did not.</summary>
    public string? Missing { get; init; }

    /// <summary>Authorised and neither captured nor voided: the provider still holds someone's money.</summary>
    public int OpenPayments => Payments?.Count(IsOpen) ?? 0;

    /// <summary>Captured and not wholly refunded.</summary>
    public int NetCaptures => Payments?.Count(payment => payment.Captured > payment.Refunded) ?? 0;

    public bool IsSettled => Audit is { Ok: true, Held: 0, Admitted: 0, Line: not null } && OpenPayments == 0;

    private static bool IsOpen(ProviderRow payment) => payment is { Authorised: true, Captured: 0, Voided: false };
}
