using System.Text.Json.Nodes;

using FlashSale.Checkout.Access;
using FlashSale.Checkout.Journal;
using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Contract;

namespace FlashSale.Checkout.Payments.Differences;

/// <summary>What the provider's books say and ours don't, until somebody has answered it, or it is so no more.</summary>
public sealed class DifferenceTable(LedgerDatabase ledger)
{
    private const int MaxDetail = 200;

    /// <summary>
    /// Raised again when the amount, or what is said of it, is another; not when the attempt has moved on since it was compared.
    /// @attempt, @state, @kind, @amount, @detail.
    /// </summary>
    private const string Raise =
        """
        INSERT INTO payment_differences (attempt, kind, sale_no, reservation, amount, detail, raised_at)
        SELECT a.id, @kind, a.sale_no, a.reservation, @amount, @detail, UTC_TIMESTAMP(3)
        FROM payment_attempts a WHERE a.id = @attempt AND a.state = @state
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

    /// <summary>@attempt, @kind → whose it is and what was answered, locked until the end of the transaction.</summary>
    private const string LockAnswer =
        """
        SELECT s.id AS sale, s.storefront, d.answer FROM payment_differences d JOIN sales s ON s.no = d.sale_no
        WHERE d.attempt = @attempt AND d.kind = @kind FOR UPDATE
        """;

    private const string Answer =
        "UPDATE payment_differences SET answered_at = UTC_TIMESTAMP(3), answer = @answer WHERE attempt = @attempt AND kind = @kind";

    /// <summary>True when it is new.</summary>
    /// <param name="state">Of the attempt when it was compared.</param>
    public async Task<bool> RaiseAsync(
        Guid attempt, AttemptState state, DifferenceKind kind, long amount, string detail, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(detail);
        var row = new { attempt, state, kind, amount, detail = detail.Length > MaxDetail ? detail[..MaxDetail] : detail };
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
    /// <param name="who">Of whom the journal tells.</param>
    public Task<bool> AnswerAsync(Operator who, Guid attempt, DifferenceKind kind, string answer, CancellationToken cancel) =>
        ledger.ChangeAsync(async (change, stop) =>
        {
            var with = new { attempt, kind, answer };
            if (await change.FindAsync<Answered>(LockAnswer, with, stop).ConfigureAwait(false) is not { } before) return false;
            if (before.Answer == answer) return true;
            await change.RunAsync(Answer, with, stop).ConfigureAwait(false);
            await new JournalEntry("payment.answer")
            {
                Sale = SaleId.Parse(before.Sale),
                Storefront = StorefrontId.Parse(before.Storefront),
                Subject = $"{attempt:N} {kind}",
                Before = before.Answer is null ? null : new JsonObject { ["answer"] = before.Answer },
                After = new JsonObject { ["answer"] = answer },
            }.WriteAsync(change, who, stop).ConfigureAwait(false);
            return true;
        }, cancel);

    private sealed class Answered
    {
        public string Sale { get; init; } = "";
        public string Storefront { get; init; } = "";
        public string? Answer { get; init; }
    }
}
