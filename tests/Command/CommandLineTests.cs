using FlashSale.Command;

using Xunit;

namespace FlashSale.Tests.Command;

public sealed class CommandLineTests
{
    [Fact]
    public void Words_values_and_flags_may_come_in_any_order()
    {
        var line = CommandLine.Parse(["--port", "81", "smoke", "--fresh", "--data=/tmp/x"], ["port", "data"], ["fresh"]);
        Assert.Equal(["smoke"], line.Words);
        Assert.Equal(81, line.Number("port", 8080, 1, 65_000));
        Assert.Equal("/tmp/x", line.Text("data"));
        Assert.True(line.Has("fresh"));
    }

    [Theory]
    [InlineData("--prot", "1")]
    [InlineData("--port")]
    [InlineData("--port", "x")]
    [InlineData("--port", "70000")]
    public void A_wrong_option_names_itself(params string[] args)
    {
        var error = Assert.Throws<UsageException>(() =>
            CommandLine.Parse(args, ["port"], []).Number("port", 8080, 1, 65_000));
        Assert.Contains(args[0], error.Message, StringComparison.Ordinal);
    }
}
