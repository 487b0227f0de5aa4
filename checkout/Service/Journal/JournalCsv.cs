using System.Globalization;
using System.Text;

using FlashSale.Checkout.Http;
using FlashSale.Contract;

namespace FlashSale.Checkout.Journal;

/// <summary>The journal as CSV, page by page as it is read.</summary>
internal static class JournalCsv
{
    private const string Header = "no,at,actor,from,action,sale,storefront,subject,before,after\r\n";

    /// <param name="read">A page, of rows before a number.</param>
    public static async Task WriteAsync(HttpResponse response, Func<long, Task<JournalPage>> read, CancellationToken cancel)
    {
        var text = new StringBuilder(Header);
        for (var before = long.MaxValue; ;)
        {
            var page = await read(before).ConfigureAwait(false);
            if (before == long.MaxValue) Csv.Begin(response, "journal");
            foreach (var line in page.Entries) Append(text, line);
            await response.WriteAsync(text.ToString(), cancel).ConfigureAwait(false);
            text.Clear();
            if (page.Cursor is null) return;
            before = page.Entries[^1].No;
        }
    }

    private static void Append(StringBuilder text, JournalLine line) => text.AppendRow(
        line.No.ToString(CultureInfo.InvariantCulture), Wire.Format(line.At), line.Actor, line.From, line.Action, line.Sale,
        line.Storefront, line.Subject, line.Before?.GetRawText(), line.After?.GetRawText());
}
