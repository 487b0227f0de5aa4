using FlashSale.Simulator;

using Xunit;

namespace FlashSale.Tests.Simulation.Mutations;

/// <summary>The simulator and its checker can fail: each plausible mistake in the product's decisions is found.</summary>
public sealed class MutantTests
{
    /// <summary>
    /// Sales a mutant, about a minute of one core, counted and not timed: so a mistake is found on every machine or on none.
    /// </summary>
    private const ulong MaxSales = 4000;

    /// <summary>Every mutant is tried with the same sales.</summary>
    private const ulong Seed = 20260101;

    public static TheoryData<Mutation> All => [.. Mistakes.All];

    [Theory]
    [MemberData(nameof(All))]
    public void A_mistake_in_the_decisions_is_found_by_simulation(Mutation mutation)
    {
        var mutant = Mutant.With(mutation);
        string? found = null;
        ulong sale = 0, sales = 0;
        foreach (var one in Sales(mutation))
        {
            (sale, sales) = (one, sales + 1);
            if ((found = mutant.TryASale(sale, mutation.Faults)) is not null) break;
        }

        Assert.True(found is not null, $"{mutation.Name}: {sales} sales from seed {Seed} on show nothing wrong");
        // A sale that is wrong without the mistake says nothing of it.
        Assert.Null(JudgedSale.FirstViolation(sale, mutation.Faults));
        TestContext.Current.TestOutputHelper!.WriteLine($"Sale = {sale}, after {sales} sales: {found}");
    }

    [Fact]
    public void Without_a_mistake_the_same_sales_are_right()
    {
        var right = Mutant.With(new Mutation("none", "waitingroom/Calling/SaleDecision.cs", "MaxAdmit = 500;", "MaxAdmit = 499;"));
        for (ulong sale = 0; sale < 60; sale++) Assert.Null(right.TryASale(Seed + sale, []));
    }

    private static IEnumerable<ulong> Sales(Mutation mutation)
    {
        if (mutation.Sale > 0) yield return mutation.Sale;
        for (ulong sale = 0; sale < MaxSales; sale++) yield return Seed + sale;
    }
}
