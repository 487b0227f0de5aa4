using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.EndToEnd;

/// <summary>A hundred clicks at once on each button: the first does it, the others get the same.</summary>
public sealed class DoubleClickTests
{
    private const int Clicks = 100;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_clicks_on_joining_give_one_place()
    {
        var system = await TestSystem.SharedAsync();
        var shopper = system.Shopper(await system.SaleAsync());

        var answers = await ClickAsync(() => shopper.InAnotherTab().JoinAsync(Cancel));

        Assert.All(answers, answer => Assert.Equal(1, answer.Require().Number));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(Clicks - 1, answers.Count(answer => answer.Status == 200));
    }

    [Fact]
    public async Task A_hundred_clicks_on_claiming_give_one_admission()
    {
        var system = await TestSystem.SharedAsync();
        var shopper = system.Shopper(await system.SaleAsync());
        await shopper.JoinsAsync();
        await shopper.IsAdmittedAsync();

        var answers = await ClickAsync(() => shopper.InAnotherTab().ClaimAsync(Cancel));

        Assert.Single(answers.Select(answer => answer.Require().AdmissionId).Distinct());
    }

    [Fact]
    public async Task Invariant4_A_hundred_clicks_on_reserving_give_one_reservation()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync();
        var shopper = system.Shopper(sale);
        await shopper.JoinsAsync();
        await shopper.IsAdmittedAsync();
        await shopper.ClaimAsync(Cancel);

        var answers = await ClickAsync(() => shopper.InAnotherTab().ReserveAsync(Cancel));

        Assert.Single(answers.Select(answer => answer.Require().Id).Distinct());
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(1, (await system.Operators.AuditAsync(sale, Cancel)).Held);
    }

    [Fact]
    public async Task Invariant5_A_hundred_clicks_on_paying_take_the_money_once()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync();
        var shopper = system.Shopper(sale);
        await shopper.JoinsAsync();
        await shopper.HasAUnitInTheCartAsync();
        var key = Guid.NewGuid().ToString();

        var answers = await ClickAsync(() => shopper.InAnotherTab().PayAsync("pm_card_visa", key, Cancel));

        Assert.Contains(answers, answer => answer.Status == 201);
        Assert.All(answers, answer => Assert.True(
            answer is { Status: 201 or 202 } or { Problem: "paymentInProgress" }, $"{answer.Status} {answer.Problem}"));
        Assert.Equal(201, (await shopper.PayAsync("pm_card_visa", key, Cancel)).Status);
        await system.AuditsAsync(sale, sold: 1);
    }

    [Fact]
    public async Task Invariant5_A_hundred_payments_with_keys_of_their_own_take_the_money_once()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync();
        var shopper = system.Shopper(sale);
        await shopper.JoinsAsync();
        await shopper.HasAUnitInTheCartAsync();

        var answers = await ClickAsync(() => shopper.InAnotherTab().PayAsync("pm_card_visa", null, Cancel));

        Assert.Single(answers, answer => answer.Status == 201);
        await system.AuditsAsync(sale, sold: 1);
    }

    [Fact]
    public async Task Invariant2_A_shopper_in_a_hundred_tabs_gets_one_unit()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(units: 50));
        var shopper = system.Shopper(sale);

        await ClickAsync(async () =>
        {
            var tab = shopper.InAnotherTab();
            await tab.JoinsAsync();
            await tab.HasAUnitInTheCartAsync();
            return tab.ReservationId;
        });

        var audit = await system.Operators.AuditAsync(sale, Cancel);
        Assert.Equal((1, 0), (audit.Held, audit.Sold));
    }

    private static Task<T[]> ClickAsync<T>(Func<Task<T>> click) =>
        Task.WhenAll(Enumerable.Range(0, Clicks).Select(_ => Task.Run(click)));
}
