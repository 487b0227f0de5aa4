using System.Text.RegularExpressions;

using FlashSale.Command;
using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Command;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Words_values_and_flags_may_come_in_any_order()
    {
        var (code, said) = await RunAsync("load", "--seed", "3", "smoke", "--units=2", "--report=/tmp/x", "--help");
        Assert.Equal((0, ""), (code, said));

        var verb = FlashSale.Command.Program.Root();
        foreach (var args in new[]
        {
            "up --port 81 --fresh --data=/tmp/x", "up --data /tmp/x --fresh --port=81", "up --fresh --port:81 --data /tmp/x",
        })
        {
            var call = verb.Parse(args);
            Assert.Null(Usage.Mistake(call));
            Assert.Equal((81, "/tmp/x", true), (
                call.GetValue<int>("--port"), call.GetValue<string>("--data"), call.GetValue<bool>("--fresh")));
        }
    }

    [Theory]
    [InlineData("up --prot 1", "flashsale up: there is no option --prot; did you mean --port?")]
    [InlineData("up --prot=1", "flashsale up: there is no option --prot=1; did you mean --port?")]
    [InlineData("up --data --frehs", "flashsale up: there is no option --frehs; did you mean --fresh?")]
    [InlineData("audit --dat x", "flashsale audit: there is no option --dat; did you mean --data?")]
    [InlineData("audit -x", "flashsale audit: there is no option -x; --help tells what there is")]
    [InlineData("load merge --reprot a", "flashsale load merge: there is no option --reprot; did you mean --report?")]
    [InlineData("bench --somethingelse", "flashsale bench: there is no option --somethingelse; --help tells what there is")]
    [InlineData("chaso --seed 1", "flashsale: there is no command 'chaso'; did you mean chaos?")]
    [InlineData("down now", "flashsale down: 'now' is one word too many")]
    [InlineData("up --port", "flashsale up: Required argument missing for option: '--port'.")]
    [InlineData("up --port x", "flashsale up: --port: 'x' is no number from 1 to 65000")]
    [InlineData("up --port 70000", "flashsale up: --port: '70000' is no number from 1 to 65000")]
    [InlineData("up --edges -1", "flashsale up: --edges: '-1' is no number from 1 to 16")]
    [InlineData("up --listen nowhere", "flashsale up: --listen: 'nowhere' is no IP address")]
    [InlineData("audit", "flashsale audit: Required argument 'SALE' missing for command: 'audit'.")]
    [InlineData("audit @sale @other", "flashsale audit: '@other' is one word too many")]
    [InlineData("conformance http://127.0.0.1", "flashsale conformance: Option '--sale' is required.")]
    [InlineData("conformance shop --sale x", "flashsale conformance: URL: 'shop' is not an http(s) URL")]
    [InlineData("plan --before 2d", "flashsale plan: --before: '2d' is no duration up to a day, such as 90s, 5m or 1h")]
    [InlineData("plan --shoppers 1e9", "flashsale plan: --shoppers: '1e9' is no number from 1 to 100000000")]
    [InlineData("plan --arrive 5m --arrivals ramp:9", "flashsale plan: either --arrive or --arrivals")]
    [InlineData("plan --arrivals file:x", "flashsale plan: --arrivals: recorded arrivals cannot be forecast")]
    [InlineData("plan --run loadtest/results/stampede --seed 3", "flashsale plan: --seed is taken from the run")]
    [InlineData("bench polls", "flashsale bench: there is no figure polls, but: poll, *")]
    [InlineData("bench growth poll", "flashsale bench: growth is measured on its own, *")]
    [InlineData("load compare here", "flashsale load compare: Required argument 'B' missing for command: 'compare'.")]
    [InlineData("load compare nowhere no-where", "flashsale load compare: *nowhere is no report of a run: *")]
    [InlineData("load merge", "flashsale load merge: Required argument 'DIR' missing for command: 'merge'.")]
    public async Task A_wrong_call_is_told_in_one_sentence(string call, string sentence)
    {
        var (code, said) = await RunAsync(call.Replace("loadtest", $"{Repository.Root}/loadtest", StringComparison.Ordinal).Split(' '));

        Assert.Equal(2, code);
        Assert.EndsWith("\n", said, StringComparison.Ordinal);
        Assert.Single(said.TrimEnd('\n').Split('\n'));
        Assert.Matches($"^{Regex.Escape(sentence).Replace("\\*", ".*", StringComparison.Ordinal)}\n$", said);
    }

    [Fact]
    public async Task Called_with_nothing_it_tells_what_there_is()
    {
        var (code, said) = await RunAsync();

        Assert.Equal(2, code);
        Assert.All(FlashSale.Command.Program.Root().Subcommands, verb => Assert.Contains($"  {verb.Name}", said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_help_of_a_verb_says_of_each_option_what_it_takes()
    {
        foreach (var path in Paths(FlashSale.Command.Program.Root(), []))
        {
            using var help = new StringWriter();
            Assert.Equal(0, await FlashSale.Command.Program.RunAsync(
                [.. path.Names, "--help"], help, TextWriter.Null, TestContext.Current.CancellationToken));

            Assert.All(path.Verb.Options, option => Assert.Contains(option.Name, help.ToString(), StringComparison.Ordinal));
            Assert.All(path.Verb.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name));
            Assert.All(path.Verb.Arguments, word => Assert.False(string.IsNullOrWhiteSpace(word.Description), word.Name));
            Assert.False(string.IsNullOrWhiteSpace(path.Verb.Description), path.Verb.Name);
        }
    }

    [Theory]
    [InlineData("up", "the port of the edge; further edges have those after it, 1 to 65000 [default: 8080]")]
    [InlineData("chaos", "for how long sales are begun, 1 to 1440 [default: 3]")]
    [InlineData("plan", "[default: 60s]")]
    [InlineData("load", "how many come, 1 to 5000000 [default: the scenario's]")]
    public async Task Help_has_ranges_and_defaults(string verb, string words)
    {
        using var help = new StringWriter();
        await FlashSale.Command.Program.RunAsync([verb, "--help"], help, TextWriter.Null, TestContext.Current.CancellationToken);

        Assert.Contains(words, string.Join(' ', help.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

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

    private static IEnumerable<(string[] Names, System.CommandLine.Command Verb)> Paths(System.CommandLine.Command verb, string[] names) =>
        verb.Subcommands.SelectMany(one => Paths(one, [.. names, one.Name])).Prepend((names, verb));

    private static async Task<(int Code, string Said)> RunAsync(params string[] args)
    {
        using var errors = new StringWriter();
        var code = await FlashSale.Command.Program.RunAsync(args, TextWriter.Null, errors, TestContext.Current.CancellationToken);
        return (code, errors.ToString().ReplaceLineEndings("\n"));
    }
}
