using FlashSale.LoadTest.Clients;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.EndToEnd;

public sealed class PurchaseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shopper_joins_waits_is_admitted_reserves_pays_and_owns_the_unit()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(units: 1));
        var shopper = system.Shopper(sale);

        var joined = await shopper.JoinAsync(Cancel);
        Assert.Equal(201, joined.Status);
        Assert.Equal(1, joined.Require().Number);

        await shopper.IsAdmittedAsync();
        var admission = (await shopper.ClaimAsync(Cancel)).Require();
        Assert.Equal(1, admission.Unit);

        var reserved = await shopper.ReserveAsync(Cancel);
        Assert.Equal(201, reserved.Status);
        Assert.Equal((1, "held", "none"), (reserved.Require().Unit, reserved.Require().State, reserved.Require().Payment.State));

        var paid = await shopper.PayAsync("pm_card_visa", null, Cancel);
        Assert.Equal(201, paid.Status);
        var bought = (await shopper.ReadAsync(Cancel)).Require();
        Assert.Equal(("sold", "captured"), (bought.State, bought.Payment.State));
        Assert.NotNull(bought.OrderNumber);

        await system.AuditsAsync(sale, sold: 1);
    }

    [Fact]
    public async Task Shoppers_are_admitted_in_the_order_of_their_numbers_and_the_rest_learn_that_it_is_sold_out()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(units: 3));
        var shoppers = new List<Shopper>();
        for (var number = 1; number <= 5; number++)
        {
            shoppers.Add(system.Shopper(sale));
            Assert.Equal(number, (await shoppers[^1].JoinsAsync()).Number);
        }

        foreach (var shopper in shoppers[..3]) await shopper.BuysAsync();
        foreach (var shopper in shoppers[3..]) await shopper.IsToldAsync("soldOut");
        await system.AuditsAsync(sale, sold: 3);
    }

    [Fact]
    public async Task An_unpaid_unit_goes_to_the_next_in_line()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(units: 1, paySeconds: 8));
        var (slow, next) = (system.Shopper(sale), system.Shopper(sale));
        await slow.JoinsAsync();
        await next.JoinsAsync();
        await slow.HasAUnitInTheCartAsync();

        await next.BuysAsync();

        var late = (await slow.ReadAsync(Cancel)).Require();
        Assert.Equal(("released", "expired"), (late.State, late.Reason));
        Assert.Equal("reservationEnded", (await slow.PayAsync("pm_card_visa", null, Cancel)).Problem);
        await system.AuditsAsync(sale, sold: 1);
    }

    [Fact]
    public async Task A_turn_that_nobody_takes_goes_to_the_next_in_line()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(units: 1, claimSeconds: 5));
        var (absent, next) = (system.Shopper(sale), system.Shopper(sale));
        await absent.JoinsAsync();
        await absent.IsAdmittedAsync();
        await next.JoinsAsync();

        await next.IsToldAsync("admitted");
        await absent.IsToldAsync("missed");
        Assert.Equal("admissionMissed", (await absent.ClaimAsync(Cancel)).Problem);
    }

    [Fact]
    public async Task Who_bought_cannot_join_again()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(units: 2));
        var shopper = system.Shopper(sale);
        await shopper.JoinsAsync();
        await shopper.BuysAsync();
        await WaitFor.TrueAsync(
            async () => (await shopper.JoinAsync(Cancel)).Problem == "alreadyBought", "the line knows who bought");
    }

    [Fact]
    public async Task A_declined_card_may_be_followed_by_a_good_one()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(units: 1));
        var shopper = system.Shopper(sale);
        await shopper.JoinsAsync();
        await shopper.HasAUnitInTheCartAsync();

        var declined = await shopper.PayAsync("pm_card_chargeDeclined", null, Cancel);
        Assert.Equal((402, "paymentDeclined"), (declined.Status, declined.Problem));
        Assert.Equal(201, (await shopper.PayAsync("pm_card_visa", null, Cancel)).Status);
        await system.AuditsAsync(sale, sold: 1);
    }
}
