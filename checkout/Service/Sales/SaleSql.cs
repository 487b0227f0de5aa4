using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Sales;

/// <summary>The statements over <c>sales</c>.</summary>
internal static class SaleSql
{
    /// <summary>A <see cref="SaleColumns"/>.</summary>
    private const string Columns =
        """
        no, id, name, inventory, max_unit, price_amount, price_currency, storefront, queue_opens_at, starts_at, ends_at,
        line_order, identity_rule, admit_per_second, claim_seconds, pay_seconds, payment_attempts, presence_seconds,
        grace_seconds, paused, message, seed, proof_bits, proof_above, authentication_seconds,
        beacon, beacon_value, revision
        """;

    /// <summary>→ every sale.</summary>
    public const string All = "SELECT " + Columns + " FROM sales";

    /// <summary>@id → the row, locked until the end of the transaction: changes of a sale go one after the other.</summary>
    public const string Lock = "SELECT " + Columns + " FROM sales WHERE id = @id FOR UPDATE";

    /// <summary>Nothing when the sale exists already. A <see cref="SaleColumns"/>.</summary>
    public const string Insert =
        $"""
        INSERT IGNORE INTO sales (id, name, inventory, max_unit, price_amount, price_currency, storefront,
          queue_opens_at, starts_at, ends_at, line_order, identity_rule, admit_per_second, claim_seconds, pay_seconds,
          payment_attempts, presence_seconds, grace_seconds, paused, message, seed, proof_bits, proof_above,
          authentication_seconds, beacon, beacon_value, revision)
        VALUES (@id, @name, @inventory, @maxUnit, @priceAmount, @priceCurrency, @storefront, @queueOpensAt, @startsAt,
          @endsAt, @lineOrder, @identityRule, @admitPerSecond, @claimSeconds, @paySeconds, @paymentAttempts,
          @presenceSeconds, @graceSeconds, @paused, @message, @seed, @proofBits, @proofAbove,
          @authenticationSeconds, @beacon, @beaconValue, {Revision.First})
        """;

    /// <summary>A <see cref="SaleColumns"/>.</summary>
    public const string Update =
        $"""
        UPDATE sales SET name = @name, inventory = @inventory, max_unit = @maxUnit, price_amount = @priceAmount,
          price_currency = @priceCurrency, storefront = @storefront, queue_opens_at = @queueOpensAt, starts_at = @startsAt,
          ends_at = @endsAt, line_order = @lineOrder, identity_rule = @identityRule,
          admit_per_second = @admitPerSecond, claim_seconds = @claimSeconds, pay_seconds = @paySeconds,
          payment_attempts = @paymentAttempts, presence_seconds = @presenceSeconds, grace_seconds = @graceSeconds,
          paused = @paused, message = @message, proof_bits = @proofBits, proof_above = @proofAbove,
          authentication_seconds = @authenticationSeconds, beacon = @beacon, beacon_value = @beaconValue, revision = {Revision.Next}
        WHERE id = @id
        """;
}
