namespace FlashSale.PaymentSimulator.Money;

/// <summary>One line of the ledger: money moved, or a payment began.</summary>
/// <param name="Kind"><c>created</c>, <c>authorised</c>, <c>captured</c>, <c>voided</c>, <c>refunded</c> or <c>refundFailed</c>: it came back. A page of the
/// provider's own is <c>session</c> and perhaps <c>sessionExpired</c>, with its id in <paramref name="Intent"/>.</param>
/// <param name="Amount">In minor units; of a <c>created</c> line the amount to be paid.</param>
/// <param name="Currency">Only on <c>created</c>, as <paramref name="Metadata"/>.</param>
/// <param name="Session">The page on which a payment was <c>created</c>, if any.</param>
public sealed record Movement(
    long At, string Intent, string Kind, long Amount, string? Currency = null,
    IReadOnlyDictionary<string, string>? Metadata = null, string? Session = null);
