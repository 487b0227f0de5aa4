using FlashSale.Checkout.Sales;

using MySqlConnector;

namespace FlashSale.Checkout.Audit;

/// <summary>Further rules of a part of the checkout, such as payments.</summary>
public interface IAuditRule
{
    /// <summary>
    /// The violations of one sale, in words. Reads only, with <paramref name="reading"/> as every command's transaction:
    /// all rules see the same moment.
    /// </summary>
    /// <param name="provider">Also compare with the payment provider's ledger (<c>?provider=true</c>).</param>
    Task<IReadOnlyList<string>> CheckAsync(
        SaleRow sale, MySqlTransaction reading, bool provider, CancellationToken cancel);
}
