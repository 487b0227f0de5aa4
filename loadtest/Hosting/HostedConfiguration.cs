using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlashSale.LoadTest.Hosting;

/// <summary>
/// NBomber's JSON configuration, read before NBomber reads it: NBomber ignores what it does not know, so a misspelt name
/// would be a threshold that is never judged.
/// </summary>
/// <param name="ReportFolder">Where the reports go; null where the configuration does not say.</param>
public sealed record HostedConfiguration(IReadOnlyList<HostedTarget> Targets, string? ReportFolder)
{
    private static readonly string[] s_root = ["TestSuite", "TestName", "TargetScenarios", "GlobalSettings"];

    private static readonly string[] s_global =
    [
        "ScenariosSettings", "ReportFileName", "ReportFolder", "ReportFormats", "ReportingInterval", "EnableHintsAnalyzer",
        "EnableStopTestForcibly",
    ];

    private static readonly string[] s_scenario =
        ["ScenarioName", "WarmUpDuration", "LoadSimulationsSettings", "CustomSettings", "MaxFailCount"];

    private static readonly string[] s_simulations =
        ["Inject", "RampingInject", "InjectRandom", "KeepConstant", "RampingConstant", "Pause"];

    /// <summary>The names of the settings of a scenario of ours.</summary>
    public static IReadOnlyList<string> SettingNames { get; } =
        [.. typeof(HostedSettings).GetProperties().Where(one => one.CanWrite).Select(one => one.Name)];

    private static readonly JsonSerializerOptions s_binding = new()
    {
        PropertyNameCaseInsensitive = true,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    /// <param name="targets">The scenarios to run; none = those that the configuration names.</param>
    /// <exception cref="SettingsException">What is wrong, by its name.</exception>
    public static HostedConfiguration Read(string json, IReadOnlyList<string> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, targets);
        }
        catch (JsonException error)
        {
            throw new SettingsException($"the configuration is not the JSON that it should be: {error.Message}", error);
        }
    }

    private static HostedConfiguration Read(JsonElement root, IReadOnlyList<string> targets)
    {
        Known(root, s_root, "the configuration");
        if (!root.TryGetProperty("GlobalSettings", out var global)) throw new SettingsException("GlobalSettings: missing");
        Known(global, s_global, "GlobalSettings");
        if (!global.TryGetProperty("ScenariosSettings", out var listed) || listed.ValueKind != JsonValueKind.Array)
            throw new SettingsException("ScenariosSettings: missing");

        var settings = new Dictionary<string, HostedTarget>();
        foreach (var one in listed.EnumerateArray())
        {
            var target = Target(one);
            if (!settings.TryAdd(target.Name, target)) throw new SettingsException($"{target.Name}: there are settings of it twice");
        }
        if (targets.Count == 0 && root.TryGetProperty("TargetScenarios", out var named))
            targets = [.. named.EnumerateArray().Select(name => name.GetString() ?? "")];
        if (targets.Count == 0) targets = [.. settings.Keys];
        return new HostedConfiguration(
            [.. targets.Distinct().Select(name => settings.GetValueOrDefault(name) ?? throw new SettingsException(
                HostedScenario.Names.Contains(name) ? $"{name}: the configuration has no settings of it" : NoScenario(name)))],
            global.TryGetProperty(nameof(ReportFolder), out var folder) ? folder.GetString() : null);
    }

    private static HostedTarget Target(JsonElement scenario)
    {
        Known(scenario, s_scenario, "ScenariosSettings");
        var name = scenario.TryGetProperty("ScenarioName", out var given) ? given.GetString() ?? "" : "";
        if (!HostedScenario.Names.Contains(name)) throw new SettingsException(NoScenario(name));
        if (!scenario.TryGetProperty("LoadSimulationsSettings", out var simulations)
            || simulations.ValueKind != JsonValueKind.Array || simulations.GetArrayLength() == 0)
            throw new SettingsException($"{name}: LoadSimulationsSettings are missing");
        var (lasts, pause) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var simulation in simulations.EnumerateArray())
        {
            Known(simulation, s_simulations, $"LoadSimulationsSettings of {name}");
            var kind = simulation.EnumerateObject().First();
            var during = During(kind, name);
            (lasts, pause) = (lasts + during, kind.Name == "Pause" ? pause + during : TimeSpan.Zero);
        }
        return new HostedTarget(name, Settings(scenario, name), lasts, pause);
    }

    private static HostedSettings Settings(JsonElement scenario, string name)
    {
        if (!scenario.TryGetProperty("CustomSettings", out var custom)) return new HostedSettings();
        Known(custom, [.. SettingNames], $"CustomSettings of {name}", StringComparer.OrdinalIgnoreCase);
        HostedSettings settings;
        try
        {
            settings = custom.Deserialize<HostedSettings>(s_binding)!;
        }
        catch (JsonException error)
        {
            throw new SettingsException($"CustomSettings of {name}: {error.Path} is not of the kind that it should be", error);
        }
        settings.Require(name);
        return settings;
    }

    /// <summary>The last of a simulation's values; a pause has no other.</summary>
    private static TimeSpan During(JsonProperty simulation, string scenario)
    {
        var value = simulation.Value.ValueKind == JsonValueKind.Array && simulation.Value.GetArrayLength() > 0
            ? simulation.Value.EnumerateArray().Last() : simulation.Value;
        return value.ValueKind == JsonValueKind.String
            && TimeSpan.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var during)
                ? during : throw new SettingsException($"{scenario}: {simulation.Name} does not end with a duration, such as \"00:01:00\"");
    }

    private static void Known(JsonElement json, string[] names, string where, StringComparer? comparer = null)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new SettingsException($"{where}: not a JSON object");
        foreach (var property in json.EnumerateObject())
        {
            if (!names.Contains(property.Name, comparer ?? StringComparer.Ordinal))
                throw new SettingsException($"{where}: there is no setting {property.Name}; there are: {string.Join(", ", names)}");
        }
    }

    private static string NoScenario(string name) =>
        $"there is no scenario '{name}'; there are: {string.Join(", ", HostedScenario.Names)}";
}
