using System.Globalization;

namespace FlashSale.Checkout.Ledger;

/// <summary>
/// The revision of rows that others keep copies of: a column of each row, and one text for all of a table's. Two states of a
/// table never have the same text, not even when the ledger was put back to an older state in between: a changed row gets
/// the database's clock in milliseconds, which is higher than any revision of the state that was lost. A mere count would be
/// given a second time, and whoever had heard of the first would never hear of the change.
/// </summary>
internal static class Revision
{
    /// <summary>Of a row that is inserted.</summary>
    public const string First = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000";

    /// <summary>Of a row that is updated; changes within a millisecond differ, too.</summary>
    public const string Next = "GREATEST(revision + 1, " + First + ")";

    /// <summary>
    /// → the text of a table, when this is selected from it. A deletion shows in the count, a change that commits after a later
    /// one has in the sum, and a change after a restore in the maximum.
    /// </summary>
    public const string OfTable = "CONCAT(COUNT(*), '-', COALESCE(SUM(revision), 0), '-', COALESCE(MAX(revision), 0))";

    /// <summary>The same, from all the rows.</summary>
    public static string Of(IReadOnlyCollection<long> revisions)
    {
        ArgumentNullException.ThrowIfNull(revisions);
        return string.Create(CultureInfo.InvariantCulture, $"{revisions.Count}-{revisions.Sum()}-{revisions.DefaultIfEmpty().Max()}");
    }
}
