using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;

namespace FlashSale.Checkout.Audit;

/// <summary>The reservations as CSV (RFC 4180), page by page as they are read.</summary>
internal static partial class ReservationCsv
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create("\",;|\t\r\n'");

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
            if (first)
            {
                response.ContentType = "text/csv; charset=utf-8";
                response.Headers.ContentDisposition = $"attachment; filename=\"{sale.Sale.Id}-reservations.csv\"";
            }
            foreach (var line in page.Reservations) Append(text, line);
            await response.WriteAsync(text.ToString(), cancel).ConfigureAwait(false);
            text.Clear();
            if (page.Cursor is null) return;
            after = Guid.ParseExact(page.Cursor, "N");
        }
    }

    private static void Append(StringBuilder text, ReservationLine line)
    {
        string?[] fields =
        [
            line.Id, Whole(line.Unit), line.State, line.Reason, line.Shopper, line.Admission, Whole(line.Place),
            Whole(line.Price.Amount), line.Price.Currency, line.PaymentState, Whole(line.PaymentAttempts), line.OrderNumber,
            Wire.Format(line.CreatedAt), Wire.Format(line.PayBy), Wire.Format(line.ChangedAt),
            Whole(line.NetCaptured),
        ];
        text.AppendJoin(',', fields.Select(Field)).Append("\r\n");
    }

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A shopper's id may be anything printable: a spreadsheet must not take it for a formula.</summary>
    internal static string Field(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        // Where a comma is the decimal point, spreadsheets part cells at semicolons: a formula may begin behind each.
        value = Formula().Replace(value, "$1'$2");
        return value.AsSpan().ContainsAny(s_quoted) || value[0] == ' '
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;
    }

    /// <summary>A cell's start, or what another spreadsheet takes for one, and the sign that makes a formula of it.</summary>
    [GeneratedRegex(@"((?:^|[;,|\t])\s*)([=+\-@])")]
    private static partial Regex Formula();
}
