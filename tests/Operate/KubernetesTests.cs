using FlashSale.Local;
using FlashSale.Tests.Operate.Support;

using Xunit;

using YamlDotNet.RepresentationModel;

namespace FlashSale.Tests.Operate;

/// <summary>The manifests name only what exists: images, ports, keys, secrets and each other.</summary>
public sealed class KubernetesTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "deploy/kubernetes");
    private static readonly string[] s_services = ["gateway", "waitingroom", "checkout"];

    /// <summary>Made by hand, as example/secrets/README.md says.</summary>
    private const string KeysSecret = "flashsale-admission-keys";

    private static readonly List<YamlMappingNode> s_documents = [.. Directory
        .GetFiles(s_folder, "*.yaml", SearchOption.AllDirectories).SelectMany(Parse)];

    private static readonly Dictionary<string, string> s_given =
        s_services.ToDictionary(service => service, GivenTo);

    [Fact]
    public void Every_file_that_a_kustomization_names_is_there()
    {
        foreach (var file in Directory.GetFiles(s_folder, "kustomization.yaml", SearchOption.AllDirectories))
        {
            var kustomization = Parse(file).Single();
            var named = Texts(kustomization, "resources")
                .Concat(Items(kustomization, "configMapGenerator").SelectMany(map => Texts(map, "files")))
                .Concat(Items(kustomization, "secretGenerator").SelectMany(secret => Texts(secret, "envs")));
            foreach (var name in named)
                Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, name)), $"{file}: {name}");
        }
    }

    [Fact]
    public void Every_image_is_one_that_is_published_or_is_named_with_its_tag()
    {
        var published = s_services.Select(service => $"flashsale-{service}").ToHashSet();
        var tagged = s_documents.SelectMany(document => Items(document, "images"))
            .Where(image => image.Children.ContainsKey("newTag")).Select(image => Text(image, "name"))
            .ToHashSet();
        var used = Containers().Select(container => Text(container, "image")).ToList();
        Assert.Equal(published,
            used.Where(image => image.StartsWith("flashsale-", StringComparison.Ordinal)).ToHashSet());
        Assert.All(used, image => Assert.Contains(image, tagged));
        // The names come from the assemblies: Directory.Build.targets.
        Type[] programs =
        [
            typeof(FlashSale.Gateway.Program), typeof(FlashSale.WaitingRoom.Program),
            typeof(FlashSale.Checkout.Program),
        ];
        Assert.Equal(published, programs.Select(
            program => program.Assembly.GetName().Name!.ToLowerInvariant().Replace('.', '-')).ToHashSet());
    }

    [Fact]
    public async Task Every_port_is_one_that_a_container_opens()
    {
        var opened = Containers().SelectMany(container => Items(container, "ports"))
            .Select(port => Text(port, "containerPort")).ToHashSet();
        var targets = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "Directory.Build.targets"), TestContext.Current.CancellationToken);
        Assert.Contains("<ContainerPort Include=\"8080\"", targets, StringComparison.Ordinal);
        Assert.Equal(["26379", "6379", "8080", "9464"], opened.Order(StringComparer.Ordinal));
        foreach (var service in s_services)
        {
            Assert.Equal("9464",
                s_given[service].Split("Telemetry__PrometheusUrl=")[1].Split('\n')[0].Split(':')[^1]);
        }
    }

    [Fact]
    public void Every_configuration_key_exists_and_every_required_one_is_given()
    {
        foreach (var service in s_services)
        {
            var given = s_given[service].Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('=')[0].Replace("__", ":", StringComparison.Ordinal)).ToList();
            var known = SettingsTables.All.Where(setting => setting.Services.Contains(service)).ToList();
            Assert.Empty(given.Except(known.Select(setting => setting.Key)));
            Assert.Empty(known.Where(setting => setting.IsRequired).Select(setting => setting.Key)
                .Except(given));
        }
    }

    [Fact]
    public void No_container_is_root_or_writes_to_its_image()
    {
        foreach (var container in Containers())
        {
            var context = (YamlMappingNode)container["securityContext"];
            Assert.Equal("true", Text(context, "readOnlyRootFilesystem"));
            Assert.Equal("false", Text(context, "allowPrivilegeEscalation"));
        }
        Assert.All(Pods(), pod =>
            Assert.Equal("true", Text((YamlMappingNode)pod["securityContext"], "runAsNonRoot")));
    }

    [Fact]
    public void Every_secret_and_config_map_that_a_pod_reads_is_made()
    {
        var made = s_documents.Where(one => Text(one, "kind") == "ConfigMap")
            .Select(one => Text((YamlMappingNode)one["metadata"], "name"))
            .Concat(s_documents.SelectMany(one =>
                Items(one, "secretGenerator").Concat(Items(one, "configMapGenerator")))
                .Select(one => Text(one, "name")))
            .Append(KeysSecret).ToHashSet();
        var read = Pods().SelectMany(pod => pod.AllNodes.OfType<YamlMappingNode>()).SelectMany(node => new[]
        {
            ("configMapRef", "name"), ("secretRef", "name"), ("configMap", "name"), ("secret", "secretName"),
            ("secretKeyRef", "name"),
        }.Where(pair => node.Children.ContainsKey(pair.Item1))
            .Select(pair => Text((YamlMappingNode)node[pair.Item1], pair.Item2)));
        Assert.Empty(read.Except(made));
    }

    /// <summary>What a service's pod gets as environment, <c>Key=value</c> a line.</summary>
    private static string GivenTo(string service)
    {
        var maps = s_documents.Where(one => Text(one, "kind") == "ConfigMap")
            .Where(one => Text((YamlMappingNode)one["metadata"], "name") is var name
                && (name == "flashsale-common" || name == $"flashsale-{service}"))
            .SelectMany(one =>
                ((YamlMappingNode)one["data"]).Children.Select(pair => $"{pair.Key}={pair.Value}"));
        var secret = service == "gateway" ? "edge" : service;
        return string.Join('\n',
            maps.Concat(File.ReadAllLines(Path.Combine(s_folder, $"example/secrets/{secret}.env"))));
    }

    private static IEnumerable<YamlMappingNode> Pods() => s_documents
        .Where(document => Text(document, "kind") is "Deployment" or "StatefulSet")
        .Select(document => (YamlMappingNode)document["spec"]["template"]["spec"]);

    private static IEnumerable<YamlMappingNode> Containers() =>
        Pods().SelectMany(pod => Items(pod, "containers"));

    private static IEnumerable<YamlMappingNode> Parse(string file)
    {
        using var reader = File.OpenText(file);
        var yaml = new YamlStream();
        yaml.Load(reader);
        return [.. yaml.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }

    private static string Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value! : "";

    private static IEnumerable<YamlMappingNode> Items(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value)
            ? ((YamlSequenceNode)value).OfType<YamlMappingNode>() : [];

    private static IEnumerable<string> Texts(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value)
            ? ((YamlSequenceNode)value).OfType<YamlScalarNode>().Select(item => item.Value!) : [];
}
