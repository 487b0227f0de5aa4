using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Architecture;

/// <summary>
/// The simulator's checker shares no decision with the product: what both got wrong would be found by nobody. It knows the product's
/// words (ids, states, settings), and computes orders and times itself.
/// </summary>
public sealed class CheckerIndependenceTests
{
    private static readonly string[] s_known =
        ["using FlashSale.Contract;", "using FlashSale.Queue;", "using FlashSale.Simulator"];

    /// <summary>What the product decides by, in the namespaces that the checker knows.</summary>
    private static readonly string[] s_decides =
        ["TurnTimes", "Shuffle", "LineOrdering", "PollBudget", "LiveRanks", "LedgerClock", "PublicSaleStates"];

    private static IEnumerable<SourceFile> Files => SourceFile.Under(Path.Combine(Repository.Root, "simulator/Checking"));

    [Fact]
    public void The_checker_knows_none_of_the_rooms_that_decide() => Assert.Empty(
        from file in Files
        from line in file.Text.Split('\n')
        where line.StartsWith("using FlashSale.", StringComparison.Ordinal)
            && !s_known.Any(known => line.StartsWith(known, StringComparison.Ordinal))
        select $"{file.Path}: {line}");

    [Fact]
    public void The_checker_names_nothing_by_which_the_product_decides() => Assert.Empty(
        from file in Files
        from name in s_decides
        where file.Text.Contains($"{name}.", StringComparison.Ordinal) || file.Text.Contains($"new {name}(", StringComparison.Ordinal)
        select $"{file.Path}: {name}");
}
