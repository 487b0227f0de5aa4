using System.Security.Cryptography;

using FlashSale.Checkout.Ledger;
using FlashSale.Checkout.Payments.Attempts;
using FlashSale.Checkout.Reservations;
using FlashSale.Tests.Support;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Payments;

/// <summary>The moment between an outage of the ledger and the carts having got that time back.</summary>
public sealed class OutageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invariant5_A_payment_that_was_begun_before_an_outage_waits_for_the_carts_time_and_sells()
    {
        await using var host = await PaymentsHost.StartAsync();
        var cart = await host.CartAsync();
        var begun = Assert.IsType<BeginOutcome.Begun>(await host.Attempts.BeginAsync(
            new NewAttempt(Guid.CreateVersion7(), cart.Id, "key", SHA256.HashData([]), "pm_card_visa"), await cart.ReadAsync(), Cancel));
        await using (await UnpaidOutageAsync(host, cart))
        {
            var work = host.Completer.Begin(begun.Attempt);
            await WaitFor.TrueAsync(
                async () => work.IsCompleted || (await cart.LedgerAsync()).Any(payment => payment.Authorised), "the card is asked");
            Assert.False(work.IsCompleted);
        }

        await WaitFor.TrueAsync(async () => (await cart.ReadAsync()).State is ReservationState.Sold, "it is sold");
        // The unit is sold before the attempt's answer is saved.
        await WaitFor.TrueAsync(
            async () => await host.Attempts.FindAsync(begun.Attempt.Id, Cancel) is { Answer.Status: 201 }, "its answer is saved");
    }

    [Fact]
    public async Task A_capture_that_fails_in_that_moment_puts_the_unit_back_in_the_cart()
    {
        await using var host = await PaymentsHost.StartAsync();
        var cart = await host.CartAsync();
        var attempt = Guid.CreateVersion7();
        Assert.IsType<TransitionOutcome.Done>(await host.Reservations.SecureAsync(cart.Id, attempt, Cancel));
        await using (await UnpaidOutageAsync(host, cart))
        {
            var reopened = await host.Reservations.ReopenAsync(cart.Id, attempt, PaymentState.Declined, Cancel);
            Assert.Equal(ReservationState.Held, Assert.IsType<TransitionOutcome.Done>(reopened).Reservation.State);
        }

        await WaitFor.TrueAsync(async () => await cart.ReadAsync() is var row && row.PayBy > row.Now, "it has its time back");
    }

    /// <summary>
    /// The cart's time has passed, the ledger's pulse is stale, and until it is disposed of nobody can revive it.
    /// </summary>
    private static async Task<IAsyncDisposable> UnpaidOutageAsync(PaymentsHost host, TestCart cart)
    {
        var connection = new MySqlConnection(host.Ledger.ConnectionString);
        await connection.OpenAsync(Cancel);
        var transaction = await connection.BeginTransactionAsync(Cancel);
        await using var hold = new MySqlCommand(
            "SELECT beat_at FROM ledger_pulse WHERE id = 1 FOR UPDATE", connection, transaction);
        var beat = (DateTime)(await hold.ExecuteScalarAsync(Cancel))!;
        // Later than the pulse is stale, since until then the sweep would take it, and than a beat that was begun before has
        // given up waiting for the lock (a second): it would call the pulse young.
        await host.ExecuteAsync(
            "UPDATE reservations FORCE INDEX (PRIMARY) SET pay_by = @time, release_at = @time WHERE id = @id",
            ("@time", beat.AddSeconds(3.5)), ("@id", cart.Id));
        await WaitFor.TrueAsync(
            async () => await cart.ReadAsync() is var row && row.ReleaseAt <= row.Now, "its time has passed");
        Assert.True(await host.Reservations.IsOutAsync(Cancel));
        return connection;
    }
}
