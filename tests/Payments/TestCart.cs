using System.Diagnostics;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Reservations;
using FlashSale.PaymentSimulator.Money;

namespace FlashSale.Tests.Payments;

/// <summary>A sale with one reservation in it.</summary>
public sealed class TestCart(PaymentsHost host, string sale, params Guid[] ids)
{
    private readonly Guid _id = ids[0];

    public string Sale => sale;

    /// <summary>The first reservation.</summary>
    public Guid Id => _id;

    public IReadOnlyList<Guid> Ids => ids;

    public async Task<Reservation> ReadAsync() => (await host.Reservations.FindAsync(_id, default))!;

    public async Task<PayOutcome> PayAsync(
        string key = "key", string method = "pm_card_visa", PaymentsHost? at = null, string? receiptEmail = null)
    {
        var checkout = at ?? host;
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(method));
        return await checkout.Cashier.PayAsync(await ReadAsync(), key, hash, method, receiptEmail, default);
    }

    /// <summary>The status that the contract gives to paying.</summary>
    public async Task<int> PayStatusAsync(
        string key = "key", string method = "pm_card_visa", PaymentsHost? at = null) =>
        StatusOf(await PayAsync(key, method, at));

    /// <summary>The status that the contract gives to asking the provider about the first payment.</summary>
    public async Task<int> ContinueStatusAsync() => StatusOf(await host.Cashier.ContinueAsync(await ReadAsync(), "key", default));

    public static int StatusOf(PayOutcome outcome) => outcome switch
    {
        PayOutcome.Decided decided => decided.Answer.Status,
        PayOutcome.Undecided or PayOutcome.ActionRequired => 202,
        PayOutcome.InProgress or PayOutcome.AlreadyBought => 409,
        PayOutcome.KeyReused => 422,
        PayOutcome.Ended => 410,
        PayOutcome.ProviderDown => 503,
        PayOutcome.NoSuchKey => 404,
        _ => throw new UnreachableException(),
    };

    /// <summary>Pay-by is that far ahead; release-at a grace later.</summary>
    public Task MoveDeadlineAsync(int payByMs, int graceMs = 0) => host.ExecuteAsync(
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET pay_by = UTC_TIMESTAMP(3) + INTERVAL @pay * 1000 MICROSECOND,
          release_at = UTC_TIMESTAMP(3) + INTERVAL (@pay + @grace) * 1000 MICROSECOND WHERE id = @id
        """, ("@id", _id), ("@pay", payByMs), ("@grace", graceMs));

    /// <summary>What the sweep does to this row.</summary>
    public Task<int> SweepAsync() => host.ExecuteAsync(
        """
        UPDATE reservations FORCE INDEX (PRIMARY) SET state = 4, reason = 1, live_unit = NULL, live_shopper = NULL,
          changed_at = UTC_TIMESTAMP(3)
        WHERE state = 1 AND release_at <= UTC_TIMESTAMP(3) AND id = @id
        """, ("@id", _id));

    public Task<IReadOnlyList<LedgerPayment>> LedgerAsync() => Task.FromResult(host.Simulator.Ledger.Payments(sale));

    /// <summary>Both books, for whoever has to find out.</summary>
    public async Task<string> DescribeAsync()
    {
        var attempts = await host.ScalarAsync<string>(
            """
            SELECT GROUP_CONCAT(CONCAT_WS(' ', 'attempt', HEX(id), intent, 'state', state, 'outcome', outcome, 'tries', tries,
              'version', version, CONVERT(answer_body USING utf8mb4), note) SEPARATOR '\n')
            FROM payment_attempts WHERE reservation = @id
            """, ("@id", _id));
        return $"{await ReadAsync()}\n{string.Join('\n', await LedgerAsync())}\n{attempts}";
    }

    /// <summary>
    /// Invariant 5 and the payments' half of 6: sold means exactly one net capture, anything else none; nothing stays
    /// authorised; every attempt is final.
    /// </summary>
    public async Task<string?> ViolationAsync()
    {
        var row = await ReadAsync();
        var payments = host.Simulator.Ledger.Payments(sale);
        var net = payments.Sum(payment => payment.Captured - payment.Refunded);
        var sold = row.State is ReservationState.Sold;
        if (row.State is ReservationState.Securing) return "still securing";
        if (net != (sold ? row.Price.Amount : 0)) return $"{row.State} with a net capture of {net}";
        if (payments.Count(payment => payment.Captured > payment.Refunded) > 1) return "captured twice";
        if (payments.Any(payment => payment is { Authorised: true, Captured: 0, Voided: false }))
            return "an authorisation is left";
        return await host.OpenAsync(this) > 0 ? "an attempt is not final" : null;
    }
}
