using System.Security.Cryptography;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.Contract;

using MySqlConnector;

namespace FlashSale.Checkout.Operators;

/// <summary>A sale's settings and live numbers, as operators see them; never the shuffle's seed, only its hash.</summary>
/// <param name="SeedHash">SHA-256 of the seed, hex: published before the sale.</param>
/// <param name="Line">Null when no waiting room answers.</param>
/// <param name="Payments">Null in lists.</param>
public sealed record SaleView(
    SaleId Id, string Name, int Inventory, Money Price, StorefrontId Storefront, DateTimeOffset QueueOpensAt,
    DateTimeOffset StartsAt, DateTimeOffset? EndsAt, LineOrder Order, IdentityRule Identity, int AdmitPerSecond,
    int ClaimSeconds, int PaySeconds, int PaymentAttempts, int PresenceSeconds, int GraceSeconds, bool Paused,
    string? Message, ProofOfWork? ProofOfWork, string SeedHash, UnitNumbers Units, LineNumbers? Line,
    PaymentNumbers? Payments, DateTimeOffset ServerTime)
{
    public static SaleView Of(Sale sale, UnitCounts counts, LineNumbers? line, PaymentNumbers? payments = null)
    {
        ArgumentNullException.ThrowIfNull(sale);
        ArgumentNullException.ThrowIfNull(counts);
        var admitted = line?.Admitted ?? 0;
        return new SaleView(
            sale.Id, sale.Name, sale.Inventory, sale.Price, sale.Storefront, sale.QueueOpensAt, sale.StartsAt, sale.EndsAt,
            sale.Order, sale.Identity, sale.AdmitPerSecond, sale.ClaimSeconds, sale.PaySeconds, sale.PaymentAttempts,
            sale.PresenceSeconds, sale.GraceSeconds, sale.Paused, sale.Message, sale.ProofOfWork,
            Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(sale.Seed))),
            new UnitNumbers(sale.Inventory, Math.Max(0, sale.Inventory - counts.Held - counts.Sold - admitted), admitted,
                counts.Held, counts.Sold, counts.Released), line, payments, counts.AsOf);
    }
}

/// <summary>Where the units are now; <c>released</c> counts reservations that ended.</summary>
public sealed record UnitNumbers(int Total, int Available, int Admitted, int Held, int Sold, int Released);

/// <summary>The ledger's part of it.</summary>
public sealed record UnitCounts(int Held, int Sold, int Released, DateTimeOffset AsOf);

/// <summary>Counts units in the ledger.</summary>
public sealed class UnitCounter(LedgerDatabase ledger)
{
    /// <summary>By sale number; a sale without reservations counts zeros.</summary>
    private const string Counts =
        """
        SELECT s.no, UTC_TIMESTAMP(3),
          COALESCE(SUM(IF(c.state IN (1, 2), c.units, 0)), 0), COALESCE(SUM(IF(c.state = 3, c.units, 0)), 0),
          COALESCE(SUM(IF(c.state = 4, c.units, 0)), 0)
        FROM sales s
        LEFT JOIN (SELECT sale_no, state, COUNT(*) AS units FROM reservations GROUP BY sale_no, state) c ON c.sale_no = s.no
        GROUP BY s.no
        """;

    public Task<Dictionary<int, UnitCounts>> CountAsync(CancellationToken cancel) => ledger.RunAsync(async (connection, stop) =>
    {
        await using var command = new MySqlCommand(Counts, connection);
        await using var reader = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        var counts = new Dictionary<int, UnitCounts>();
        while (await reader.ReadAsync(stop).ConfigureAwait(false))
        {
            counts[reader.GetInt32(0)] = new UnitCounts(
                reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4),
                new DateTimeOffset(reader.GetDateTime(1), TimeSpan.Zero));
        }
        return counts;
    }, cancel);
}
