using System.Text.Json;
using System.Xml.Linq;

using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.LoadTest;

/// <summary>
/// NBomber cannot be restored wherever the solution is built, so what the adapter brings along beside it is compared
/// here, by name, with what NBomber 4.1.2 needs: a package that both need is one version for both, and NBomber does not
/// start with a Spectre.Console, for example, that is newer than its own.
/// </summary>
public sealed class NBomberReferencesTests
{
    private const string Folder = "loadtest/nbomber";

    /// <summary>
    /// What NBomber 4.1.2 and NBomber.Contracts 4.1.1 need, and what these packages need in turn. Libraries of the runtime
    /// and Microsoft.Extensions are left out: .NET has newer ones, with which NBomber was tried.
    /// </summary>
    private static readonly Dictionary<string, string> s_needed = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CommandLineParser"] = "2.8.0",
        ["ConsoleTables"] = "2.4.2",
        ["FSharp.Core"] = "7.0.0",
        ["FSharp.Json.New"] = "0.4.2",
        ["FsToolkit.ErrorHandling"] = "2.13.0",
        ["FsToolkit.ErrorHandling.TaskResult"] = "2.13.0",
        ["FuncyDown"] = "1.3.0",
        ["HdrHistogram"] = "2.5.0",
        ["MessagePack"] = "2.4.59",
        ["MessagePack.Annotations"] = "2.4.59",
        ["MessagePack.FSharpExtensions"] = "3.0.0",
        ["Microsoft.NET.StringTools"] = "17.4.0",
        ["NBomber.Contracts"] = "4.1.1",
        ["Ply"] = "0.3.1",
        ["Serilog"] = "2.10.0",
        ["Serilog.Enrichers.Environment"] = "2.2.0",
        ["Serilog.Enrichers.Thread"] = "3.1.0",
        ["Serilog.Settings.Configuration"] = "3.3.0",
        ["Serilog.Sinks.File"] = "5.0.0",
        ["Serilog.Sinks.SpectreConsole"] = "0.3.3",
        ["Spectre.Console"] = "0.45.0",
        ["Wcwidth"] = "1.0.0",
    };

    /// <summary>Of these families nothing else may come along either: their packages are versioned together.</summary>
    private static readonly string[] s_families = ["FSharp.", "MessagePack", "NBomber", "Serilog", "Spectre.Console"];

    [Fact]
    public void What_comes_along_with_the_adapter_is_of_the_versions_that_NBomber_needs()
    {
        var shared = Closure().Where(package => s_needed.ContainsKey(package.Key)
            || s_families.Any(family => package.Key.StartsWith(family, StringComparison.OrdinalIgnoreCase)));

        Assert.All(shared, package => Assert.Equal(
            $"{package.Key} {s_needed.GetValueOrDefault(package.Key, "(not at all)")}", $"{package.Key} {package.Value}"));
    }

    [Fact]
    public void The_adapter_itself_references_the_crowd_NBomber_and_a_safe_MessagePack()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, Folder, "FlashSale.LoadTest.NBomber.csproj"));
        var versions = XDocument.Load(Path.Combine(Repository.Root, Folder, "Directory.Packages.props"));

        Assert.Equal(["../FlashSale.LoadTest.csproj"], Included(project, "ProjectReference"));
        Assert.Equal(["NBomber", "MessagePack"], Included(project, "PackageReference"));
        Assert.Equal(
            [("NBomber", "4.1.2"), ("MessagePack", "2.5.307")],
            versions.Descendants("PackageVersion").Select(one => ($"{one.Attribute("Include")?.Value}", $"{one.Attribute("Version")?.Value}")));
    }

    /// <summary>Every package of the crowd and of the projects that it references, as it is locked.</summary>
    private static Dictionary<string, string> Closure()
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "loadtest/packages.lock.json")));
        return locked.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.TryGetProperty("resolved", out _))
            .ToDictionary(package => package.Name, package => package.Value.GetProperty("resolved").GetString()!);
    }

    private static IEnumerable<string?> Included(XDocument project, string element) =>
        project.Descendants(element).Select(one => one.Attribute("Include")?.Value);
}
