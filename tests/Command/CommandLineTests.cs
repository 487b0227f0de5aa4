using FlashSale.Command;
using FlashSale.Local;

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

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(0, "up", "--help")]
    [InlineData(2)]
    [InlineData(2, "dance")]
    [InlineData(2, "up", "--dance")]
    [InlineData(2, "audit")]
    public async Task Help_is_no_failure_and_a_wrong_call_is_one(int exitCode, params string[] args) =>
        Assert.Equal(exitCode, await FlashSale.Command.Program.Main(args));

    [Theory]
    [InlineData("garbage")]
    [InlineData("Server=127.0.0.1;Port=many;Database=a")]
    [InlineData("Server=127.0.0.1;User ID=a")]
    public void A_wrong_database_in_the_environment_names_its_variable(string text) => Assert.Contains(
        "FLASHSALE_MYSQL", Assert.Throws<UsageException>(() => SystemServers.ParseMySql(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(",,,")]
    [InlineData("127.0.0.1:6379,noSuchSetting=1")]
    public void A_wrong_Redis_in_the_environment_names_its_variable(string text) => Assert.Contains(
        "FLASHSALE_REDIS", Assert.Throws<UsageException>(() => SystemServers.CheckRedis(text)).Message, StringComparison.Ordinal);
}
