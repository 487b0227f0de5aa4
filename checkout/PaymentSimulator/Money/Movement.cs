namespace FlashSale.PaymentSimulator.Money;

/// <summary>One line of the ledger: money moved, or a payment began.</summary>
/// <param name="Kind"><c>created</c>, <c>authorised</c>, <c>captured</c>, <c>voided</c>, <c>refunded</c> or <c>refundFailed</c>: it came back.</param>
/// <param name="Amount">In minor units; of a <c>created</c> line the amount to be paid.</param>
/// <param name="Currency">Only on <c>created</c>, as <paramref name="Metadata"/>.</param>
public sealed record Movement(
    long At, string Intent, string Kind, long Amount, string? Currency = null,
    IReadOnlyDictionary<string, string>? Metadata = null);
