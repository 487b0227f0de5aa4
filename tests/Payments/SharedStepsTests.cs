using System.Security.Cryptography;
using System.Text;

using FlashSale.Checkout.Ledger;

using MySqlConnector;

using Xunit;

namespace FlashSale.Tests.Payments;

/// <summary>Steps of many payments in one transaction: each has an answer of its own, whatever becomes of the others.</summary>
public sealed class SharedStepsTests : IAsyncLifetime
{
    private const int Together = 10;
    private const string Card = "pm_card_visa";

    private PaymentsHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PaymentsHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Invariant5_Payments_that_come_together_are_each_sold_and_captured_once()
    {
        var cart = await _host.CartAsync(units: Together);
        var answers = await Task.WhenAll(cart.Ids.Select(id => PayAsync(id)));
        Assert.All(answers, answer => Assert.Equal(201, answer));
        Assert.Equal(Together, (await cart.LedgerAsync()).Count(payment => payment.Captured == payment.Amount));
        Assert.All(await Task.WhenAll(cart.Ids.Select(StateAsync)), state => Assert.Equal(ReservationState.Sold, state));
    }

    [Fact]
    public async Task Whoever_is_refused_does_not_keep_the_others()
    {
        var cart = await _host.CartAsync(units: Together);
        await _host.Reservations.ReleaseAsync(cart.Ids[0], ReleaseReason.Cancelled, default);
        Assert.Equal(402, await PayAsync(cart.Ids[1], "first", "pm_card_chargeDeclined"));
        Task<int>[] paying =
        [
            PayAsync(cart.Ids[0]), PayAsync(cart.Ids[1], "first", Card), PayAsync(cart.Ids[2], "double"), PayAsync(cart.Ids[2], "double"),
            .. cart.Ids.Skip(3).Select(id => PayAsync(id)),
        ];
        var answers = await Task.WhenAll(paying);
        Assert.Equal([410, 422, 201, 201], answers[..4]);
        Assert.All(answers[4..], answer => Assert.Equal(201, answer));
        Assert.Equal(Together - 2, (await cart.LedgerAsync()).Count(payment => payment.Captured > 0));
    }

    [Fact]
    public async Task A_row_that_somebody_has_locked_holds_up_its_own_payment_only()
    {
        var cart = await _host.CartAsync(units: Together);
        await using var connection = await _host.Ledger.OpenAsync(TestContext.Current.CancellationToken);
        await using var locking = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = new MySqlCommand("SELECT id FROM reservations WHERE id = @id FOR UPDATE", connection, locking))
        {
            command.Parameters.AddWithValue("@id", cart.Ids[0]);
            await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }

        var held = PayAsync(cart.Ids[0]);
        var answers = await Task.WhenAll(cart.Ids.Skip(1).Select(id => PayAsync(id)));
        Assert.All(answers, answer => Assert.Equal(201, answer));
        await locking.RollbackAsync(TestContext.Current.CancellationToken);
        // On a slow machine it has given up waiting by now; asked again it goes on.
        _ = await Record.ExceptionAsync(() => held);
        Assert.Equal(201, await PayAsync(cart.Ids[0]));
    }

    private async Task<int> PayAsync(Guid id, string key = "key", string method = Card)
    {
        var row = (await _host.Reservations.FindAsync(id, default))!;
        return TestCart.StatusOf(await _host.Cashier.PayAsync(
            row, key, SHA256.HashData(Encoding.UTF8.GetBytes(method)), method, receiptEmail: null, default));
    }

    private async Task<ReservationState> StateAsync(Guid id) => (await _host.Reservations.FindAsync(id, default))!.State;
}
