using System.Text.Json.Nodes;

using FlashSale.LoadTest.Crowd;
using FlashSale.LoadTest.Hosting;
using FlashSale.Local;
using FlashSale.Tests.Support;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>What someone sees who starts the NBomber host: sentences, and 0, 1 or 2.</summary>
public sealed class HostedProgramTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flashsale-hosted-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private TimeProvider _clock = TimeProvider.System;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Configurations =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "loadtest/nbomber/config"), "*.json")
            .Select(file => Path.GetFileName(file)).Where(file => file != "infra.json")];

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _output.Dispose();
        _errors.Dispose();
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Each_configuration_is_known_by_every_name_and_ends_with_a_pause_longer_than_the_sales_windows(string file)
    {
        var json = File.ReadAllText(Path.Combine(Repository.Root, "loadtest/nbomber/config", file));

        var target = Assert.Single(HostedConfiguration.Read(json, []).Targets);

        Assert.Equal(Path.GetFileNameWithoutExtension(file), target.Name);
        Assert.True(target.LastPause > target.Settings.Windows, $"{target.LastPause}");
        // NBomber's own is 5,000, whatever the code says: fewer than a crowd may be refused.
        Assert.Contains("\"MaxFailCount\": 1000000", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LeastSoldd", "1", "there is no setting LeastSoldd; there are: Url, AdminKey, Sale, Units")]
    [InlineData("Mix", """{"Juggles":0.1}""", "Mix: there is no behaviour Juggles")]
    [InlineData("Mix", """{"Buys":1.1}""", "Mix: Buys must be between 0 and 1")]
    [InlineData("Mix", """{"NeverPays":0.6,"NeverComes":0.6}""", "Mix: the shares exceed 1")]
    [InlineData("MostP99Ms", """{"jion":5}""", "MostP99Ms: there is no step jion; there are: visit, enter, join")]
    [InlineData("MostP99Ms", """{"join":0}""", "MostP99Ms: join must be more than 0 ms")]
    [InlineData("MostFailed", "50", "MostFailed: 50 is no share")]
    [InlineData("Units", "0", "Units: 0 is less than 1")]
    [InlineData("Units", "\"many\"", "CustomSettings of steady: $.Units is not of the kind that it should be")]
    [InlineData("Url", "\"edge\"", "Url: 'edge' is no http(s) address")]
    [InlineData("Url", "\"http://127.0.0.1:1\"", "no answer from http://127.0.0.1:1")]
    [InlineData("Url", "null", "CustomSettings of steady: $.Url is not of the kind")]
    [InlineData("Mix", "null", "CustomSettings of steady: $.Mix is not of the kind")]
    [InlineData("MostP99Ms", "null", "CustomSettings of steady: $.MostP99Ms is not of the kind")]
    [InlineData("leastSold", "0", "CustomSettings of steady: LeastSold is there twice")]
    [InlineData("AdminKey", "\"a\\nb\"", "AdminKey: it has characters that no key has")]
    [InlineData("Sale", "\"\"", "Sale: '' is no id of a sale")]
    [InlineData("Sale", "\"../x?y\"", "Sale: '../x?y' is no id of a sale")]
    public async Task A_wrong_setting_is_a_sentence_that_names_it_and_2(string setting, string value, string sentence)
    {
        Assert.Equal(2, await RunAsync(Configuration(custom => custom[setting] = JsonNode.Parse(value))));

        Assert.Contains(sentence, $"{_errors}", StringComparison.Ordinal);
        Assert.Single($"{_errors}".Trim().Split('\n'));
    }

    [Theory]
    [InlineData("MaxFailCoun", "1", "there is no setting MaxFailCoun")]
    [InlineData("WarmUpDuration", "\"00:00:10\"", "steady: WarmUpDuration: there is no warm-up of a sale")]
    [InlineData("ScenarioName", "\"other\"", "there is no scenario 'other'; there are: stampede, steady")]
    [InlineData("ScenarioName", "5", "ScenarioName: 5 is no name")]
    [InlineData("LoadSimulationsSettings", "5", "LoadSimulationsSettings: not a list")]
    [InlineData("LoadSimulationsSettings", "[]", "steady: LoadSimulationsSettings are missing")]
    [InlineData("LoadSimulationsSettings", "[{}]", "steady: each of LoadSimulationsSettings is one simulation")]
    [InlineData("LoadSimulationsSettings", """[{"Pause":"00:01:00","Inject":[20,"00:00:01","00:00:30"]}]""", "is one simulation")]
    [InlineData("LoadSimulationsSettings", """[{"Inject":[20,"00:00:30"]}]""", "steady: Inject has 3 values, not 2")]
    [InlineData("LoadSimulationsSettings", """[{"Inject":[20,"00:00:01",30]}]""", "steady: Inject does not end with a duration")]
    [InlineData("LoadSimulationsSettings", """[{"Pause":"-00:00:01"}]""", "steady: Pause does not end with a duration")]
    [InlineData("LoadSimulationsSettings", """[{"Pause":"10675199.00:00:00"}]""", "steady: Pause does not end with a duration")]
    [InlineData("LoadSimulationsSettings", """[{"Pause":"20.00:00:00"},{"Pause":"20.00:00:00"}]""", "last longer than 30 days")]
    public void What_NBomber_would_ignore_or_break_on_is_refused_too(string name, string value, string sentence)
    {
        var json = Configuration(_ => { }, scenario => scenario[name] = JsonNode.Parse(value));

        var error = Assert.Throws<SettingsException>(() => HostedConfiguration.Read(json, []));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"TargetScenarios":"steady","GlobalSettings":{"ScenariosSettings":[]}}""", "TargetScenarios: not a list")]
    [InlineData("""{"TargetScenarios":[5],"GlobalSettings":{"ScenariosSettings":[]}}""", "TargetScenarios: 5 is no name")]
    [InlineData("""{"GlobalSettings":{"ScenariosSettings":[],"ReportFolder":""}}""", "ReportFolder: \"\" is no name")]
    [InlineData("""{"GlobalSettings":{"ScenariosSettings":null}}""", "ScenariosSettings: missing")]
    [InlineData("""{"GlobalSettings":{},"GlobalSettings":{}}""", "Duplicate property 'GlobalSettings'")]
    public void The_frame_of_a_configuration_is_looked_at_too(string json, string sentence)
    {
        var error = Assert.Throws<SettingsException>(() => HostedConfiguration.Read(json, []));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Nothing is waited for: by the program's clock no time passes.</summary>
    [Fact]
    public async Task A_key_that_is_refused_and_a_sale_that_is_not_there_are_sentences_at_once_and_2()
    {
        _clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var system = await TestSystem.SharedAsync();
        var edge = $"{system.Edge.BaseAddress}".TrimEnd('/');

        Assert.Equal(2, await RunAsync(Configuration(custom => (custom["Url"], custom["AdminKey"]) = (edge, "wrong"))));
        Assert.Equal(2, await RunAsync(Configuration(custom =>
            (custom["Url"], custom["AdminKey"], custom["Sale"]) = (edge, system.Secrets.AdminKey, "no-such-sale"))));

        Assert.Equal([$"AdminKey: {edge} refuses it", $"Sale: there is no sale no-such-sale at {edge}"],
            $"{_errors}".Trim().Split('\n', StringSplitOptions.TrimEntries));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0, "--help")]
    [InlineData(2, "--configuration", "x.json")]
    [InlineData(2, "--config")]
    [InlineData(2, "--config", "/nowhere/x.json")]
    [InlineData(2, "--config", "http://")]
    [InlineData(2, "--config", "x.json", "--target")]
    [InlineData(2, "--config", "x.json", "--target=")]
    [InlineData(2, "stray")]
    public async Task Help_and_nothing_at_all_say_what_there_is_and_a_wrong_option_is_named(int code, params string[] args)
    {
        Assert.Equal(code, await Program((_, _) => throw new InvalidOperationException("started")).RunAsync(args, Cancel));

        var said = $"{_output}{_errors}";
        if (args.Length == 0 || code == 0) Assert.Contains("Scenarios: stampede, steady, payments-failing", said, StringComparison.Ordinal);
        else Assert.Single(said.Trim().Split('\n'));
    }

    [Theory]
    [InlineData(1, 0, "PASSED")]
    [InlineData(2, 1, "MISSED: steady: 1 units sold, at least 2 expected")]
    public async Task The_exit_code_is_the_verdict_and_the_tables_are_beside_the_reports(int leastSold, int code, string said)
    {
        var system = await TestSystem.SharedAsync();
        var json = Configuration(custom =>
        {
            (custom["Url"], custom["AdminKey"]) = ($"{system.Edge.BaseAddress}".TrimEnd('/'), system.Secrets.AdminKey);
            (custom["Units"], custom["LeastSold"]) = (3, leastSold);
            custom["MostP99Ms"] = new JsonObject();
        });

        Assert.Equal(code, await RunAsync(json));

        Assert.Contains(said, $"{_output}{_errors}", StringComparison.Ordinal);
        Assert.Contains("steady: 1 shoppers: 1 Bought, ", $"{_output}", StringComparison.Ordinal);
        Assert.Contains("Bought,1\r\n", await File.ReadAllTextAsync(
            Path.Combine(_folder.FullName, "reports", "flashsale_steady_shoppers.csv"), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_that_is_too_short_is_told_before_the_run()
    {
        var json = Configuration(
            custom => custom["Url"] = "http://127.0.0.1:1",
            scenario => scenario["LoadSimulationsSettings"] = JsonNode.Parse("""[{"Inject":[20,"00:00:01","00:00:30"]},{"Pause":"00:00:30"}]"""));

        await RunAsync(json);

        Assert.Contains("NOTE: steady ends with a pause of 30 s, and its sale may need 202 s", $"{_output}", StringComparison.Ordinal);
    }

    [Fact]
    public void Points_are_escaped_as_the_line_protocol_has_it()
    {
        var point = new LinePoint("Flash Sale", "steady", "give back", "live", 3, 1, 1.5, 20, 99);

        Assert.Equal(
            @"flashsale,suite=Flash\ Sale,scenario=steady,step=give\ back,kind=live ok=3i,failed=1i,p50_ms=1.5,p99_ms=20,bytes=99i",
            point.ToLine());
    }

    private string Configuration(Action<JsonNode> custom, Action<JsonNode>? scenario = null)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "loadtest/nbomber/config/steady.json")))!;
        json["GlobalSettings"]!["ReportFolder"] = Path.Combine(_folder.FullName, "reports");
        var settings = json["GlobalSettings"]!["ScenariosSettings"]![0]!;
        settings["CustomSettings"]!["AdminKey"] = "a-key";
        custom(settings["CustomSettings"]!);
        scenario?.Invoke(settings);
        return json.ToJsonString();
    }

    private async Task<int> RunAsync(string json)
    {
        var file = Path.Combine(_folder.FullName, "config.json");
        await File.WriteAllTextAsync(file, json, Cancel);
        var running = Program(Walk).RunAsync(["--config", file, "--target=steady"], Cancel);
        await WaitFor.TrueAsync(() => Task.FromResult(running.IsCompleted), "it ends");
        return await running;
    }

    private HostedProgram Program(Func<HostedRun, HostedArguments, HostedStatistics> host) =>
        new(host, _output, _errors, _clock);

    private static HostedStatistics Walk(HostedRun run, HostedArguments arguments)
    {
        run[arguments.Targets.Single()].NextShopper()!.WalkAsync((_, step) => step()).Wait(Cancel);
        return new(new Dictionary<string, IReadOnlyList<StepNumbers>> { ["steady"] = [new StepNumbers(JourneyStep.Join, 1, 0, 1)] });
    }
}
