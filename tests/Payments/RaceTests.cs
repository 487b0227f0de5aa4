using FlashSale.Checkout.Ledger;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Payments;

/// <summary>Two things at once, a thousand times: whoever wins, the books are right, and the database saw no deadlock.</summary>
[Collection(Storm.Name)]
public sealed class RaceTests : IAsyncLifetime
{
    private const int Races = 1_000;
    private const int AtOnce = 8;

    private PaymentsHost _host = null!;
    private PaymentsHost _other = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await PaymentsHost.StartAsync();
        _other = await PaymentsHost.StartAsync(_host.Simulator);
    }

    public async ValueTask DisposeAsync()
    {
        await _other.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public Task Invariant5_The_sweep_against_the_payment() => RaceAsync(async (cart, n) =>
    {
        // The deadline falls somewhere into the payment.
        await cart.MoveDeadlineAsync(payByMs: 1 + (n % 20));
        var paying = cart.PayStatusAsync();
        for (var sweeps = 0; !paying.IsCompleted && sweeps < 50; sweeps++) await cart.SweepAsync();
        await paying;
    });

    [Fact]
    public Task Invariant5_Giving_the_unit_back_against_paying() => RaceAsync((cart, n) => Task.WhenAll(
        cart.PayStatusAsync(),
        _other.Reservations.ReleaseAsync(cart.Id, ReleaseReason.Cancelled, default)));

    [Fact]
    public async Task Invariant5_The_webhook_against_the_response()
    {
        _host.Simulator.SendWebhooksTo(_other.Url + "/payments/webhooks");
        _host.Simulator.Misbehave(new FaultPlan(1, new Dictionary<string, double>
        {
            [Fault.WebhookFirst] = 0.5,
            [Fault.WebhookDuplicated] = 0.5,
        }));
        await RaceAsync(async (cart, n) =>
        {
            var paying = cart.PayStatusAsync();
            while (!paying.IsCompleted) await _other.Completer.TurnAsync(default);
            Assert.Equal(201, await paying);
        });
    }

    [Fact]
    public Task Invariant5_Two_checkouts_against_one_attempt() => RaceAsync(async (cart, n) =>
    {
        var paying = cart.PayStatusAsync();
        for (var turns = 0; turns < 3; turns++)
        {
            await _host.MakeDueAsync(cart);
            await _other.Completer.TurnAsync(default);
        }

        var status = await paying;
        Assert.True(status == 201, $"{status}: {await cart.DescribeAsync()}");
    });

    [Fact]
    public async Task Invariant6_The_end_of_an_outage_against_shoppers_who_pay_and_give_back()
    {
        const int carts = 100;
        for (var outage = 0; outage < Races / carts; outage++)
        {
            var cart = await _host.CartAsync(units: carts);
            var payBy = (await cart.ReadAsync()).PayBy;
            var giving = cart.Ids.Skip(1).Select((id, n) => n % 2 == 0
                ? _other.Reservations.ReleaseAsync(id, ReleaseReason.Cancelled, default)
                : _host.Reservations.SecureAsync(id, Guid.CreateVersion7(), default)).ToArray();
            await _host.ExecuteAsync("UPDATE ledger_pulse SET beat_at = UTC_TIMESTAMP(3) - INTERVAL 10 SECOND WHERE id = 1");
            await Task.WhenAll(giving);
            await WaitFor.TrueAsync(async () => (await cart.ReadAsync()).PayBy > payBy, "the outage is given back");
        }

        Assert.Empty(Deadlocks.In(_host.Ledger.ConnectionString));
    }

    private async Task RaceAsync(Func<TestCart, int, Task> race)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Races), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (n, _) =>
        {
            var cart = await _host.CartAsync();
            await race(cart, n);
            await _host.SettleAsync(cart);
            Assert.Null(await cart.ViolationAsync());
        });
        Assert.Empty(Deadlocks.In(_host.Ledger.ConnectionString));
    }
}
