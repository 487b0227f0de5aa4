using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Differences;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Contract;

namespace FlashSale.Checkout.Payments;

/// <summary>The operators' view of payments: whether the provider is up, what is open, and what needs a person.</summary>
public sealed class PaymentDesk(AttemptTable table, DifferenceTable differences, ProviderHealth health)
{
    /// <summary>Of each kind that is for a person, so many are shown; the oldest.</summary>
    private const int MaxFlagged = 100;

    /// <param name="saleNo">Null: of all sales.</param>
    public async Task<PaymentNumbers> NumbersAsync(int? saleNo, CancellationToken cancel)
    {
        var (open, flagged) = await table.CountOpenAsync(cancel, saleNo).ConfigureAwait(false);
        return new PaymentNumbers(health.IsDown, health.DownSince, open, flagged);
    }

    /// <summary><c>GET /admin/payments</c>.</summary>
    public async Task<IResult> ShowAsync(CancellationToken cancel)
    {
        var now = await NumbersAsync(null, cancel).ConfigureAwait(false);
        return Results.Json(new
        {
            now.ProviderDown,
            now.ProviderDownSince,
            now.Open,
            now.Flagged,
            forAPerson = await table.FlaggedAsync(MaxFlagged, cancel).ConfigureAwait(false),
            differences = await differences.OpenAsync(MaxFlagged, cancel).ConfigureAwait(false),
        }, Wire.Json);
    }
}
