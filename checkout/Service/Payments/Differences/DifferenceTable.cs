using FlashSale.Checkout.Ledger;

namespace FlashSale.Checkout.Payments.Differences;

/// <summary>What the provider's books say and ours don't, until somebody has answered it, or it is so no more.</summary>
public sealed class DifferenceTable(LedgerDatabase ledger)
{
    private const int MaxDetail = 200;

    /// <summary>Raised again when the amount, or what is said of it, is another. @attempt, @kind, @amount, @detail.</summary>
    private const string Raise =
        """
        INSERT INTO payment_differences (attempt, kind, sale_no, reservation, amount, detail, raised_at)
        SELECT a.id, @kind, a.sale_no, a.reservation, @amount, @detail, UTC_TIMESTAMP(3)
        FROM payment_attempts a WHERE a.id = @attempt
        ON DUPLICATE KEY UPDATE answered_at = NULL, answer = NULL, raised_at = UTC_TIMESTAMP(3), amount = @amount, detail = @detail
        """;

    private const string Same =
        "SELECT COUNT(*) FROM payment_differences WHERE attempt = @attempt AND kind = @kind AND amount = @amount AND detail = @detail";

    private const string Open =
        """
        SELECT d.attempt, d.kind, s.id AS sale, d.reservation, a.intent, d.amount, a.currency, d.detail, d.raised_at
        FROM payment_differences d JOIN sales s ON s.no = d.sale_no JOIN payment_attempts a ON a.id = d.attempt
        WHERE d.answered_at IS NULL ORDER BY d.raised_at, d.attempt LIMIT @limit
        """;

    /// <summary>True when it is new.</summary>
    public async Task<bool> RaiseAsync(Guid attempt, DifferenceKind kind, long amount, string detail, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(detail);
        var row = new { attempt, kind, amount, detail = detail.Length > MaxDetail ? detail[..MaxDetail] : detail };
        if (await ledger.FindAsync<long>(Same, row, cancel).ConfigureAwait(false) > 0) return false;
        return await ledger.ExecuteAsync(Raise, row, cancel).ConfigureAwait(false) > 0;
    }

    /// <summary>It is so no more, whether or not it was answered.</summary>
    public Task SettleAsync(Guid attempt, DifferenceKind kind, CancellationToken cancel) => ledger.ExecuteAsync(
        "DELETE FROM payment_differences WHERE attempt = @attempt AND kind = @kind", new { attempt, kind }, cancel);

    /// <summary>The money is back where our books have it: of the attempt's refunds nothing is left to say.</summary>
    public async Task SettleAsync(Guid attempt, CancellationToken cancel)
    {
        await SettleAsync(attempt, DifferenceKind.RefundedElsewhere, cancel).ConfigureAwait(false);
        await SettleAsync(attempt, DifferenceKind.RefundFailed, cancel).ConfigureAwait(false);
    }

    /// <summary>Those that nobody has answered, oldest first.</summary>
    public async Task<IReadOnlyList<Difference>> OpenAsync(int limit, CancellationToken cancel) =>
        [.. (await ledger.ListAsync<DifferenceRow>(Open, new { limit }, cancel).ConfigureAwait(false)).Select(Difference.Of)];

    /// <summary>A person has looked into it; false when there is no such difference. Repeating it changes the words.</summary>
    public async Task<bool> AnswerAsync(Guid attempt, DifferenceKind kind, string answer, CancellationToken cancel) =>
        await ledger.ExecuteAsync(
            """
            UPDATE payment_differences SET answered_at = UTC_TIMESTAMP(3), answer = @answer
            WHERE attempt = @attempt AND kind = @kind
            """, new { attempt, kind, answer }, cancel).ConfigureAwait(false) > 0;
}
