using System.Globalization;
using System.Text;

using FlashSale.Checkout.Ledger;

using MySqlConnector;

namespace FlashSale.Checkout.Reservations;

/// <summary>The statement that turns admissions into reservations, and the query that says why one was refused.</summary>
internal static class RedeemSql
{
    /// <summary>
    /// INSERT IGNORE of the batch under its guards, then the rows that are ours. Sorted by sale and unit, so that two
    /// batches take their index locks in the same order. Repeating it with the same ids adds nothing.
    /// </summary>
    public static MySqlCommand Insert(MySqlConnection connection, IReadOnlyList<PendingRedemption> batch)
    {
        var command = new MySqlCommand { Connection = connection };
        var text = new StringBuilder(512 + batch.Count * 160).Append(
            $"""
            INSERT IGNORE INTO reservations (id, sale_no, unit, shopper, admission, place, state, live_unit, live_shopper,
              price_amount, price_currency, attempts_allowed, created_at, pay_by, release_at, changed_at,
              by_storefront)
            SELECT c.id, s.no, c.unit, c.shopper, c.admission, c.place, {ReservationState.Held:D}, c.unit, c.shopper,
              s.price_amount, s.price_currency, s.payment_attempts, UTC_TIMESTAMP(3),
              UTC_TIMESTAMP(3) + INTERVAL s.pay_seconds SECOND,
              UTC_TIMESTAMP(3) + INTERVAL s.pay_seconds + s.grace_seconds SECOND, UTC_TIMESTAMP(3), c.by_storefront
            FROM (
            """);
        for (var at = 0; at < batch.Count; at++) AppendCandidate(text, command, batch[at], at);
        text.Append(
            """
            ) c STRAIGHT_JOIN sales s ON s.no = c.sale_no
            WHERE c.redeem_by > UTC_TIMESTAMP(3) AND (s.ends_at IS NULL OR s.ends_at > UTC_TIMESTAMP(3))
              AND c.unit <= s.max_unit
            ORDER BY c.sale_no, c.unit;
            SELECT
            """).Append(' ').Append(ReservationRow.Columns).Append(ReservationSql.FromIds).Append("WHERE r.id IN (");
        for (var at = 0; at < batch.Count; at++) text.Append(at == 0 ? "" : ",").Append(Culture, $"@i{at}");
        command.CommandText = text.Append(')').ToString();
        return command;
    }

    /// <summary>
    /// Why these did not get their units: for each, in this order, four results. The database's clock and the sale's end;
    /// at most two rows about the admission's own and the shopper's live reservation (the columns, and a
    /// <see cref="Whose"/>); how many have the unit; the sale's highest unit.
    /// </summary>
    public static MySqlCommand Explain(MySqlConnection connection, IReadOnlyList<PendingRedemption> losers)
    {
        var command = new MySqlCommand { Connection = connection };
        var text = new StringBuilder(losers.Count * 1600);
        for (var at = 0; at < losers.Count; at++)
        {
            var redemption = losers[at].Redemption;
            text.Append(Culture, $"SELECT UTC_TIMESTAMP(3), ends_at FROM sales WHERE no = {redemption.SaleNo};")
                .Append("SELECT ").Append(ReservationRow.Columns).Append(Culture, $", {Whose.Admission:D}")
                .Append(ReservationSql.From)
                .Append(Culture, $"WHERE r.sale_no = {redemption.SaleNo} AND r.admission = @a{at} UNION ALL ")
                .Append("SELECT ").Append(ReservationRow.Columns).Append(Culture, $", {Whose.Shopper:D}")
                .Append(ReservationSql.From)
                .Append(Culture, $"WHERE r.sale_no = {redemption.SaleNo} AND r.live_shopper = @s{at};")
                .Append("SELECT COUNT(*) FROM reservations ")
                .Append(Culture, $"WHERE sale_no = {redemption.SaleNo} AND live_unit = {redemption.Unit};")
                .Append(Culture, $"SELECT max_unit FROM sales WHERE no = {redemption.SaleNo};");
            AddShown(command, redemption, at);
        }
        command.CommandText = text.ToString();
        return command;
    }

    /// <summary>Why a row of <see cref="Explain"/> is in the way.</summary>
    public enum Whose
    {
        /// <summary>This admission has made it.</summary>
        Admission = 1,

        /// <summary>It is the shopper's live one.</summary>
        Shopper = 2,
    }

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    private static void AppendCandidate(StringBuilder text, MySqlCommand command, PendingRedemption one, int at)
    {
        var redemption = one.Redemption;
        text.Append(at == 0 ? " SELECT " : " UNION ALL SELECT ");
        if (at == 0)
        {
            text.Append(Culture, $"@i0 AS id, {redemption.SaleNo} AS sale_no, {redemption.Unit} AS unit, ")
                .Append(Culture, $"@s0 AS shopper, @a0 AS admission, {redemption.Place} AS place, ");
        }
        else
        {
            text.Append(Culture, $"@i{at}, {redemption.SaleNo}, {redemption.Unit}, @s{at}, @a{at}, {redemption.Place}, ");
        }
        text.Append(Culture, $"TIMESTAMP('{redemption.RedeemBy.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}')")
            .Append(at == 0 ? " AS redeem_by, " : ", ").Append(redemption.ByStorefront ? '1' : '0')
            .Append(at == 0 ? " AS by_storefront" : "");
        command.Parameters.AddWithValue(string.Create(Culture, $"@i{at}"), one.Id);
        AddShown(command, redemption, at);
    }

    private static void AddShown(MySqlCommand command, Redemption redemption, int at)
    {
        command.Parameters.AddWithValue(string.Create(Culture, $"@s{at}"), Encoding.ASCII.GetBytes(redemption.Shopper.Value));
        command.Parameters.AddWithValue(string.Create(Culture, $"@a{at}"), redemption.Admission);
    }
}
