using System.Globalization;
using System.Text.Json;

using FlashSale.Checkout.Ledger;
using FlashSale.Contract;

namespace FlashSale.Checkout.Journal;

/// <summary>Pages through the journal, the newest first.</summary>
public sealed class JournalPages(LedgerDatabase ledger)
{
    public const int MaxRows = 1000;

    /// <param name="storefront">Only what is this one's; null: all.</param>
    /// <param name="before">Only rows with a lower number.</param>
    public async Task<JournalPage> ReadAsync(
        SaleId? sale, string? actor, StorefrontId? storefront, long before, int limit, CancellationToken cancel)
    {
        var rows = await ledger.ListAsync<Row>(JournalSql.Page, new
        {
            sale = sale?.Value,
            actor,
            storefront = storefront?.Value,
            cursor = before,
            limit = limit + 1,
        }, cancel).ConfigureAwait(false);
        var more = rows.Count > limit;
        if (more) rows.RemoveAt(limit);
        return new JournalPage([.. rows.Select(row => row.ToLine())], more ? rows[^1].No.ToString(CultureInfo.InvariantCulture) : null);
    }

    internal static bool TryParseCursor(string? text, out long before)
    {
        before = long.MaxValue;
        return string.IsNullOrEmpty(text) || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out before);
    }

    private sealed class Row
    {
        public long No { get; init; }
        public DateTime At { get; init; }
        public string Actor { get; init; } = "";
        public string From { get; init; } = "";
        public string Action { get; init; } = "";
        public string? Sale { get; init; }
        public string? Storefront { get; init; }
        public string? Subject { get; init; }
        public string? Before { get; init; }
        public string? After { get; init; }

        public JournalLine ToLine() => new(No, At, Actor, From, Action, Sale, Storefront, Subject, Json(Before), Json(After));

        private static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
