using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.EndToEnd;

/// <summary>An operator looks at the audit while everybody buys.</summary>
public sealed class BusyAuditTests
{
    private const int Units = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invariant1_The_audit_of_a_busy_sale_finds_nothing_and_in_the_end_all_units()
    {
        var system = await TestSystem.SharedAsync();
        var sale = await system.SaleAsync(TestSystem.SaleOf(Units, claimSeconds: 600, paySeconds: 600));
        var shoppers = Enumerable.Range(0, Units + Units / 2).Select(_ => system.Shopper(sale)).ToList();
        foreach (var shopper in shoppers) await shopper.JoinsAsync();

        var buying = Task.WhenAll(shoppers.Select(async (shopper, at) =>
        {
            await shopper.IsToldAsync("admitted", "soldOut");
            if (await shopper.ClaimAsync(Cancel) is not { Status: 200 }) return;
            (await shopper.ReserveAsync(Cancel)).Require();
            // Every third gives it back, and another gets it.
            if (at % 3 == 0) (await shopper.GiveBackAsync(Cancel)).Require();
            else Assert.InRange((await shopper.PayAsync("pm_card_visa", null, Cancel)).Status, 201, 202);
        }));
        do
        {
            var audit = await system.Operators.AuditAsync(sale, Cancel);
            Assert.True(audit.Ok, string.Join('\n', audit.Violations));
        }
        while (!buying.IsCompleted);

        await buying;
        await WaitFor.TrueAsync(
            async () => (await system.Operators.AuditAsync(sale, Cancel)).Sold == Units, "every payment has its outcome");
        await system.AuditsAsync(sale, sold: Units);
    }
}
