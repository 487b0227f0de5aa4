using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Contract;

namespace FlashSale.Checkout.Payments;

/// <summary>How payments go, for operators.</summary>
/// <param name="ProviderDown">The provider does not answer: nobody can pay.</param>
/// <param name="Open">Attempts that are not final.</param>
/// <param name="Flagged">Those of them that need a person: see <c>GET /admin/payments</c>.</param>
public sealed record PaymentNumbers(bool ProviderDown, DateTimeOffset? ProviderDownSince, long Open, long Flagged);

/// <summary>The operators' view of payments: whether the provider is up, what is open, and what needs a person.</summary>
public sealed class PaymentDesk(AttemptTable table, ProviderHealth health)
{
    /// <summary>Attempts for a person that are shown; the oldest.</summary>
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
        }, Wire.Json);
    }
}

public static class PaymentDeskRoutes
{
    /// <summary>Adds to the operators' group.</summary>
    public static void MapPaymentDesk(this RouteGroupBuilder admin) => admin.MapGet(
        "/payments", (PaymentDesk desk, CancellationToken cancel) => desk.ShowAsync(cancel));
}
