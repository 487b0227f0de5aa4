using System.Globalization;
using System.Text;

using FlashSale.Checkout.Http;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;

namespace FlashSale.Checkout.Audit;

/// <summary>The reservations as CSV, page by page as they are read.</summary>
internal static class ReservationCsv
{
    private const string Header =
        "id,unit,state,reason,shopper,admission,place,amount,currency,paymentState,paymentAttempts,orderNumber,"
        + "createdAt,payBy,changedAt,netCaptured\r\n";

    public static async Task WriteAsync(
        HttpResponse response, SaleRow sale, ReservationState[] states, ReservationPages pages,
        CancellationToken cancel)
    {
        var after = Guid.Empty;
        var text = new StringBuilder(Header);
        for (var first = true; ; first = false)
        {
            var page = await pages.ReadAsync(sale, states, after, ReservationPages.MaxRows, cancel).ConfigureAwait(false);
            if (first) Csv.Begin(response, $"{sale.Sale.Id}-reservations");
            foreach (var line in page.Reservations) Append(text, line);
            await response.WriteAsync(text.ToString(), cancel).ConfigureAwait(false);
            text.Clear();
            if (page.Cursor is null) return;
            after = Guid.ParseExact(page.Cursor, "N");
        }
    }

    private static void Append(StringBuilder text, ReservationLine line) => text.AppendRow(
        line.Id, Whole(line.Unit), line.State, line.Reason, line.Shopper, line.Admission, Whole(line.Place),
        Whole(line.Price.Amount), line.Price.Currency, line.PaymentState, Whole(line.PaymentAttempts), line.OrderNumber,
        Wire.Format(line.CreatedAt), Wire.Format(line.PayBy), Wire.Format(line.ChangedAt),
        Whole(line.NetCaptured));

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);
}
