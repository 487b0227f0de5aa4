using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using FlashSale.Local;
using FlashSale.Tests.Operate.Support;

using Xunit;

namespace FlashSale.Tests.Operate;

/// <summary>The Helm chart says what the manifests for kustomize say, and Kubernetes takes it.</summary>
public sealed partial class HelmTests
{
    private static readonly string[] s_installation =
    [
        "image.registry=\"registry.example.com/\"", "image.tag=\"2.0.0\"", "secrets.edge=\"my-edge\"", "secrets.redis=\"my-redis\"",
        "secrets.admissionKeys=\"my-keys\"", "gateway.replicas=12", "waitingroom.replicas=3",
        "checkout.config={\"Payments__AllowLiveKey\":true}",
        "gateway.publicOrigin=\"https://sale.example.com\"", "gateway.trustedProxies=\"10.0.0.0/8\"", "mysql.cidr=\"10.20.0.0/24\"",
        "ingress={\"enabled\":true,\"host\":\"sale.example.com\"}",
    ];

    [Fact]
    public async Task Helm_finds_nothing_wrong_with_the_chart()
    {
        var (code, output, errors) = await HelmChart.HelmAsync("lint", "--strict", HelmChart.Folder);
        Assert.True(code == 0, output + errors);
    }

    [Fact]
    public async Task With_its_defaults_it_renders_what_kustomize_renders()
    {
        var (base_, redis) = (await HelmChart.KustomizeAsync("base"), await HelmChart.KustomizeAsync("redis"));
        AssertSame(base_.Concat(redis), await HelmChart.RenderAsync());
    }

    [Fact]
    public async Task The_way_in_and_the_way_to_MySQL_are_those_of_the_example()
    {
        var example = new Dictionary<string, JsonElement>();
        foreach (var file in new[] { "ingress.yaml", "mysql.yaml" })
        {
            var path = Path.Combine(Repository.Root, "deploy/kubernetes/example", file);
            var yaml = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            foreach (var (name, one) in HelmChart.Objects(yaml)) example.Add(name, one);
        }
        var annotations = example["Ingress/flashsale"].GetProperty("metadata").GetProperty("annotations").GetRawText();
        var rendered = await HelmChart.RenderAsync([.. s_installation, $"ingress.annotations={annotations}"]);
        AssertSame(example, rendered.Where(one => example.ContainsKey(one.Key)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kubernetes_schemas_take_every_object(bool asInstalled)
    {
        var objects = await HelmChart.RenderAsync(asInstalled ? s_installation : []);
        Assert.Equal("", await HelmChart.MistakesAsync(objects.Values));
        // And they are read: a wrong one is named.
        var broken = JsonNode.Parse(objects["Deployment/flashsale-gateway"].GetRawText())!;
        broken["spec"]!["replicas"] = "many";
        Assert.Contains(
            "Deployment/flashsale-gateway: data/spec/replicas must be integer",
            await HelmChart.MistakesAsync([broken.Deserialize<JsonElement>()]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_installations_values_reach_the_objects()
    {
        var objects = await HelmChart.RenderAsync(s_installation);
        var gateway = objects["Deployment/flashsale-gateway"].GetRawText();
        Assert.Contains("\"image\": \"registry.example.com/flashsale-gateway:2.0.0\"", gateway, StringComparison.Ordinal);
        Assert.Contains("\"name\": \"my-edge\"", gateway, StringComparison.Ordinal);
        var scaling = objects["HorizontalPodAutoscaler/flashsale-gateway"].GetProperty("spec");
        Assert.Equal(12, scaling.GetProperty("minReplicas").GetInt32());
        var config = objects["ConfigMap/flashsale-gateway"].GetProperty("data");
        Assert.Equal("https://sale.example.com", config.GetProperty("Gateway__PublicOrigin").GetString());
        Assert.Equal(3, config.GetProperty("Gateway__WaitingRoomUrl").GetString()!.Split(',').Length);
        var checkout = objects["ConfigMap/flashsale-checkout"].GetProperty("data");
        Assert.Equal("true", checkout.GetProperty("Payments__AllowLiveKey").GetString());
        Assert.Contains("my-keys", objects["StatefulSet/flashsale-waitingroom"].GetRawText(), StringComparison.Ordinal);
        Assert.Contains("my-redis", objects["StatefulSet/flashsale-redis"].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Redis_of_ones_own_is_reached_and_this_one_left_out()
    {
        var objects = await HelmChart.RenderAsync(
            "redis={\"enabled\":false,\"external\":{\"cidr\":\"10.30.0.0/24\",\"port\":6380}}");
        Assert.DoesNotContain(objects.Keys, name => name.Contains("redis", StringComparison.Ordinal));
        foreach (var service in new[] { "gateway", "waitingroom" })
            Assert.Contains("10.30.0.0/24", objects[$"NetworkPolicy/flashsale-{service}"].GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("10.30.0.0/24", objects["NetworkPolicy/flashsale-checkout"].GetRawText(), StringComparison.Ordinal);
        Assert.Equal("", await HelmChart.MistakesAsync(objects.Values));
    }

    [Theory]
    [InlineData("gateway.replcas=3", "replcas")]
    [InlineData("gateway.replicas=\"many\"", "replicas")]
    [InlineData("mysql.cidr=\"mysql.example.com\"", "cidr")]
    [InlineData("ingress.enabled=true", "host")]
    public async Task A_wrong_value_is_refused_by_its_name(string setting, string named)
    {
        var (code, _, errors) = await HelmChart.HelmAsync("template", "flashsale", HelmChart.Folder, "--set-json", setting);
        Assert.NotEqual(0, code);
        Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    /// <summary>
    /// All that may differ: the chart makes new pods when their configuration changes by a checksum, kustomize by a name with one;
    /// and only the chart labels what is the installation's own.
    /// </summary>
    private static void AssertSame(
        IEnumerable<KeyValuePair<string, JsonElement>> kustomize, IEnumerable<KeyValuePair<string, JsonElement>> helm)
    {
        var expected = kustomize.Select(one => Plain(one.Value)).ToDictionary(Name);
        var actual = helm.Select(one => Plain(one.Value)).ToDictionary(Name);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, one => Assert.True(JsonNode.DeepEquals(one.Value, actual[one.Key]),
            $"{one.Key}: kustomize\n{one.Value}\nHelm\n{actual[one.Key]}"));

        static string Name(JsonNode one) => $"{one["kind"]}/{one["metadata"]!["name"]}";
    }

    private static JsonNode Plain(JsonElement one)
    {
        var node = JsonNode.Parse(HashedName().Replace(one.GetRawText(), "flashsale-redis"))!;
        if (node["kind"]!.GetValue<string>() is "Ingress" || node["metadata"]!["name"]!.GetValue<string>() is "flashsale-mysql")
            node["metadata"]!.AsObject().Remove("labels");
        if (node["spec"]?["template"]?["metadata"] is JsonObject pod && pod["annotations"] is JsonObject annotations)
        {
            annotations.Remove("checksum/config");
            annotations.Remove("checksum/scripts");
            if (annotations.Count == 0) pod.Remove("annotations");
        }
        return node;
    }

    [GeneratedRegex("flashsale-redis-[a-z0-9]{10}\\b")]
    private static partial Regex HashedName();
}
