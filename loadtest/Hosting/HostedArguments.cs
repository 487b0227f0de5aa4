namespace FlashSale.LoadTest.Hosting;

/// <summary>The command line of a host's program: NBomber's own names.</summary>
/// <param name="Config">NBomber's configuration: a file or an address.</param>
/// <param name="Infra">Its infrastructure configuration, or null.</param>
/// <param name="Targets">The scenarios to run; none = those that the configuration names.</param>
public sealed record HostedArguments(string Config, string? Infra, IReadOnlyList<string> Targets)
{
    public static string Help { get; } =
        $"""
        --config FILE [--infra FILE] [--target SCENARIO…]

          -c, --config   NBomber's configuration, such as config/steady.json: which scenarios, at which load, judged by what
          -i, --infra    NBomber's infrastructure configuration, such as config/infra.json: logs and sinks
          -t, --target   only these of its scenarios

        Scenarios: {string.Join(", ", HostedScenario.Names)}
        Settings (CustomSettings of a scenario), see README.md: {string.Join(", ", HostedConfiguration.SettingNames)}
        Exit codes: 0 every threshold was held and the audit is clean; 1 something was missed; 2 the run could not begin.
        """;

    /// <summary>Null when help was asked for.</summary>
    /// <exception cref="SettingsException">What is wrong with them.</exception>
    public static HostedArguments? Parse(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (args.Any(arg => arg is "--help" or "-h" or "-?")) return null;
        var values = new Dictionary<string, List<string>>();
        List<string>? current = null;
        foreach (var arg in args)
        {
            if (!arg.StartsWith('-'))
            {
                (current ?? throw new SettingsException($"'{arg}' belongs to no option")).Add(arg);
                continue;
            }
            var parts = arg.Split('=', 2);
            var name = parts[0] switch
            {
                "--config" or "-c" => "config",
                "--infra" or "-i" => "infra",
                "--target" or "-t" => "target",
                _ => throw new SettingsException($"there is no option {parts[0]}; there are: --config, --infra, --target"),
            };
            if (!values.TryAdd(name, current = parts.Length == 2 ? [parts[1]] : []))
                throw new SettingsException($"--{name} is there twice");
        }
        // Without a name all would run.
        if (values.TryGetValue("target", out var targets) && !Names(targets).Any()) throw new SettingsException("--target needs a value");
        return new HostedArguments(
            One(values, "config") ?? throw new SettingsException("--config is missing"), One(values, "infra"),
            [.. Names(targets ?? [])]);
    }

    private static IEnumerable<string> Names(List<string> given) => given.SelectMany(names => names.Split(
        ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string? One(Dictionary<string, List<string>> values, string name) => !values.TryGetValue(name, out var given)
        ? null : given is [{ Length: > 0 } one] ? one : throw new SettingsException($"--{name} needs one value");
}
