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

    /// <summary>With the number of their values, of which the last is how long it lasts; a pause is that alone.</summary>
    private static readonly Dictionary<string, int> s_simulations = new()
    {
        ["Inject"] = 3,
        ["RampingInject"] = 3,
        ["InjectRandom"] = 4,
        ["KeepConstant"] = 2,
        ["RampingConstant"] = 2,
        ["Pause"] = 1,
    };

    /// <summary>Of all simulations of a scenario: more than any soak, and less than a timer can wait.</summary>
    private static readonly TimeSpan s_mostLasts = TimeSpan.FromDays(30);

    /// <summary>Of two values of one name one would not be judged.</summary>
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    /// <summary>The names of the settings of a scenario of ours.</summary>
    public static IReadOnlyList<string> SettingNames { get; } =
        [.. typeof(HostedSettings).GetProperties().Where(one => one.CanWrite).Select(one => one.Name)];

    private static readonly JsonSerializerOptions s_binding = new()
    {
        PropertyNameCaseInsensitive = true,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    /// <param name="targets">The scenarios to run; none = those that the configuration names.</param>
    /// <exception cref="SettingsException">What is wrong, by its name.</exception>
    public static HostedConfiguration Read(string json, IReadOnlyList<string> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        try
        {
            using var document = JsonDocument.Parse(json, s_strict);
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

        var settings = new Dictionary<string, HostedTarget>();
        foreach (var one in List(global, "ScenariosSettings") ?? throw new SettingsException("ScenariosSettings: missing"))
        {
            var target = Target(one);
            if (!settings.TryAdd(target.Name, target)) throw new SettingsException($"{target.Name}: there are settings of it twice");
        }
        if (targets.Count == 0)
            targets = [.. (List(root, "TargetScenarios") ?? []).Select(name => Text(name, "TargetScenarios"))];
        if (targets.Count == 0) targets = [.. settings.Keys];
        return new HostedConfiguration(
            [.. targets.Distinct().Select(name => settings.GetValueOrDefault(name) ?? throw new SettingsException(
                HostedScenario.Names.Contains(name) ? $"{name}: the configuration has no settings of it" : NoScenario(name)))],
            global.TryGetProperty(nameof(ReportFolder), out var folder) && folder.ValueKind != JsonValueKind.Null
                ? Text(folder, nameof(ReportFolder)) : null);
    }

    private static HostedTarget Target(JsonElement scenario)
    {
        Known(scenario, s_scenario, "ScenariosSettings");
        var name = scenario.TryGetProperty("ScenarioName", out var given) ? Text(given, "ScenarioName") : "";
        if (!HostedScenario.Names.Contains(name)) throw new SettingsException(NoScenario(name));
        if (scenario.TryGetProperty("WarmUpDuration", out _))
        {
            throw new SettingsException($"{name}: WarmUpDuration: there is no warm-up of a sale; its shoppers would buy units, "
                + "and their requests would be in no statistics. Begin with a lower load instead");
        }
        if (List(scenario, "LoadSimulationsSettings") is not { Count: > 0 } simulations)
            throw new SettingsException($"{name}: LoadSimulationsSettings are missing");
        var (lasts, pause) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var simulation in simulations)
        {
            Known(simulation, [.. s_simulations.Keys], $"LoadSimulationsSettings of {name}");
            if (simulation.GetPropertyCount() != 1)
                throw new SettingsException($"{name}: each of LoadSimulationsSettings is one simulation, such as {{\"Pause\": \"00:01:00\"}}");
            var kind = simulation.EnumerateObject().First();
            var during = During(kind, name);
            (lasts, pause) = (lasts + during, kind.Name == "Pause" ? pause + during : TimeSpan.Zero);
            if (lasts > s_mostLasts) throw new SettingsException($"{name}: the simulations last longer than {s_mostLasts.TotalDays:f0} days");
        }
        return new HostedTarget(name, Settings(scenario, name), lasts, pause);
    }

    private static HostedSettings Settings(JsonElement scenario, string name)
    {
        if (!scenario.TryGetProperty("CustomSettings", out var custom)) return new HostedSettings();
        Known(custom, [.. SettingNames], $"CustomSettings of {name}", StringComparer.OrdinalIgnoreCase);
        if (custom.EnumerateObject().GroupBy(setting => setting.Name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
            throw new SettingsException($"CustomSettings of {name}: {twice.Key} is there twice");
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

    /// <summary>The last of a simulation's values.</summary>
    private static TimeSpan During(JsonProperty simulation, string scenario)
    {
        JsonElement[] values = simulation.Value.ValueKind == JsonValueKind.Array
            ? [.. simulation.Value.EnumerateArray()] : [simulation.Value];
        if (values.Length != s_simulations[simulation.Name])
            throw new SettingsException($"{scenario}: {simulation.Name} has {s_simulations[simulation.Name]} values, not {values.Length}");
        return values[^1].ValueKind == JsonValueKind.String
            && TimeSpan.TryParse(values[^1].GetString(), CultureInfo.InvariantCulture, out var during)
            && during > TimeSpan.Zero && during <= s_mostLasts
                ? during : throw new SettingsException($"{scenario}: {simulation.Name} does not end with a duration, such as \"00:01:00\"");
    }

    /// <summary>Null when there is none; nothing but a list of something.</summary>
    private static List<JsonElement>? List(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var listed) || listed.ValueKind == JsonValueKind.Null) return null;
        return listed.ValueKind == JsonValueKind.Array ? [.. listed.EnumerateArray()] : throw new SettingsException($"{name}: not a list");
    }

    private static string Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.String && json.GetString() is { Length: > 0 } text
            ? text : throw new SettingsException($"{name}: {json.GetRawText()} is no name");

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
