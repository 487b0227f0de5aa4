using FlashSale.Command.Testing;

using Xunit;

namespace FlashSale.Tests.Command;

/// <summary>What <c>./flashsale test --slowest</c> says of a run.</summary>
public sealed class SlowestTestsTests
{
    private const string Report = """
        { "results": { "tests": [
            { "name": "Shop.Quick.A", "duration": 40, "extra": { "type": "Shop.Quick" } },
            { "name": "Shop.Slow.A(\"x\")", "duration": 1250, "extra": { "type": "Shop.Slow" } },
            { "name": "Shop.Slow.B", "duration": 2500, "extra": { "type": "Shop.Slow" } },
            { "name": "Shop.Long.A", "duration": 3000, "extra": { "type": "Shop.Long" } } ] } }
        """;

    [Fact]
    public void The_slowest_tests_and_classes_come_first()
    {
        using var said = new StringWriter();

        SlowestTests.Write(Report, said);

        Assert.Equal(
        [
            "Slowest tests, seconds:", "3.0 Shop.Long.A", "2.5 Shop.Slow.B", "1.2 Shop.Slow.A(\"x\")", "0.0 Shop.Quick.A",
            "Slowest classes, seconds and tests:", "3.8 2 Shop.Slow", "3.0 1 Shop.Long", "0.0 1 Shop.Quick", "6.8 4 in all",
        ], said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Words));
    }

    private static string Words(string line) =>
        string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
