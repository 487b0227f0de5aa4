using FlashSale.Local.Hosts;
using FlashSale.Local.Processes;

namespace FlashSale.Local;

/// <summary>One service process: its program, its address and its configuration.</summary>
/// <param name="Settings">Configuration keys (<c>Line:Redis</c>); given by environment, so no secret shows in a process list.</param>
public sealed record ServiceRecipe(
    string Name, string Project, string Assembly, string Url, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Where it listens, when that is more than its address on this machine.</summary>
    public string? Listen { get; init; }

    public ChildStart Start(DataFolder data) => Start(data, Host.Local);

    public ChildStart Start(DataFolder data, Host host)
    {
        var environment = Settings.ToDictionary(pair => pair.Key.Replace(":", "__", StringComparison.Ordinal), pair => pair.Value);
        environment["DOTNET_hostBuilder__reloadConfigOnChange"] = "false";
        return host.Here(new ChildStart(
            Repository.DotNet,
            [Repository.Program(Project, Assembly), "--urls", Listen ?? Url, "--Logging:LogLevel:Microsoft.AspNetCore=Warning"],
            data.LogOf(Name), environment));
    }
}
