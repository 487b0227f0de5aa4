using System.Data.Common;

using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Sales;

/// <summary>A sale's row.</summary>
internal static class SaleSql
{
    /// <summary>What <see cref="Read"/> reads.</summary>
    public const string Columns =
        """
        no, id, name, inventory, max_unit, price_amount, price_currency, storefront, queue_opens_at, starts_at, ends_at,
        line_order, identity_rule, admit_per_second, claim_seconds, pay_seconds, payment_attempts, presence_seconds,
        grace_seconds, paused, message, seed, proof_bits, proof_above
        """;
    public const int ColumnCount = 24;

    /// <summary>@id → the row, locked until the end of the transaction: changes of a sale go one after the other.</summary>
    public const string Lock = "SELECT " + Columns + " FROM sales WHERE id = @id FOR UPDATE";

    /// <summary>Nothing when the sale exists already. Parameters of <see cref="Bind"/>.</summary>
    public const string Insert =
        """
        INSERT IGNORE INTO sales (id, name, inventory, max_unit, price_amount, price_currency, storefront,
          queue_opens_at, starts_at, ends_at, line_order, identity_rule, admit_per_second, claim_seconds, pay_seconds,
          payment_attempts, presence_seconds, grace_seconds, paused, message, seed, proof_bits, proof_above)
        VALUES (@id, @name, @inventory, @max_unit, @amount, @currency, @storefront, @queue_opens_at, @starts_at, @ends_at,
          @line_order, @identity_rule, @admit_per_second, @claim_seconds, @pay_seconds, @payment_attempts,
          @presence_seconds, @grace_seconds, @paused, @message, @seed, @proof_bits, @proof_above)
        """;

    /// <summary>Parameters of <see cref="Bind"/>.</summary>
    public const string Update =
        """
        UPDATE sales SET name = @name, inventory = @inventory, max_unit = @max_unit, price_amount = @amount,
          price_currency = @currency, storefront = @storefront, queue_opens_at = @queue_opens_at, starts_at = @starts_at,
          ends_at = @ends_at, line_order = @line_order, identity_rule = @identity_rule,
          admit_per_second = @admit_per_second, claim_seconds = @claim_seconds, pay_seconds = @pay_seconds,
          payment_attempts = @payment_attempts, presence_seconds = @presence_seconds, grace_seconds = @grace_seconds,
          paused = @paused, message = @message, proof_bits = @proof_bits, proof_above = @proof_above, revision = revision + 1
        WHERE id = @id
        """;

    public static void Bind(MySqlParameterCollection with, Sale sale)
    {
        with.AddWithValue("@id", sale.Id.Value);
        with.AddWithValue("@name", sale.Name);
        with.AddWithValue("@inventory", sale.Inventory);
        with.AddWithValue("@max_unit", sale.MaxUnit);
        with.AddWithValue("@amount", sale.Price.Amount);
        with.AddWithValue("@currency", sale.Price.Currency);
        with.AddWithValue("@storefront", sale.Storefront.Value);
        with.AddWithValue("@queue_opens_at", sale.QueueOpensAt.UtcDateTime);
        with.AddWithValue("@starts_at", sale.StartsAt.UtcDateTime);
        with.AddWithValue("@ends_at", sale.EndsAt?.UtcDateTime);
        with.AddWithValue("@line_order", (int)sale.Order);
        with.AddWithValue("@identity_rule", (int)sale.Identity);
        with.AddWithValue("@admit_per_second", sale.AdmitPerSecond);
        with.AddWithValue("@claim_seconds", sale.ClaimSeconds);
        with.AddWithValue("@pay_seconds", sale.PaySeconds);
        with.AddWithValue("@payment_attempts", sale.PaymentAttempts);
        with.AddWithValue("@presence_seconds", sale.PresenceSeconds);
        with.AddWithValue("@grace_seconds", sale.GraceSeconds);
        with.AddWithValue("@paused", sale.Paused ? 1 : 0);
        with.AddWithValue("@message", sale.Message);
        with.AddWithValue("@proof_bits", sale.ProofOfWork?.Bits);
        with.AddWithValue("@proof_above", sale.ProofOfWork?.AboveJoinsPerSecond);
        with.AddWithValue("@seed", Convert.FromBase64String(sale.Seed));
    }

    /// <summary>The row that the reader stands on.</summary>
    public static SaleRow Read(DbDataReader row) => new(row.GetInt32(0), new Sale
    {
        Id = SaleId.Parse(row.GetString(1)),
        Name = row.GetString(2),
        Inventory = row.GetInt32(3),
        MaxUnit = row.GetInt32(4),
        Price = new Money(row.GetInt64(5), row.GetString(6)),
        Storefront = StorefrontId.Parse(row.GetString(7)),
        QueueOpensAt = Time(row, 8),
        StartsAt = Time(row, 9),
        EndsAt = row.IsDBNull(10) ? null : Time(row, 10),
        Order = (LineOrder)row.GetInt32(11),
        Identity = (IdentityRule)row.GetInt32(12),
        AdmitPerSecond = row.GetInt32(13),
        ClaimSeconds = row.GetInt32(14),
        PaySeconds = row.GetInt32(15),
        PaymentAttempts = row.GetInt32(16),
        PresenceSeconds = row.GetInt32(17),
        GraceSeconds = row.GetInt32(18),
        Paused = row.GetInt32(19) != 0,
        Message = row.IsDBNull(20) ? null : row.GetString(20),
        ProofOfWork = row.IsDBNull(22) ? null : new ProofOfWork(row.GetInt32(22), row.GetInt32(23)),
        Seed = Convert.ToBase64String((byte[])row.GetValue(21)),
    });

    private static DateTimeOffset Time(DbDataReader row, int at) => new(row.GetDateTime(at), TimeSpan.Zero);
}
