using FlashSale.Local;

using Xunit;

using YamlDotNet.RepresentationModel;

namespace FlashSale.Tests.Embedding;

/// <summary>
/// What deploy/envoy and deploy/traefik say, as no test runs these two: to a shop that takes '_' for '-' in a header's name, nobody
/// speaks for the gate but the gate, as behind the other proxies (<see cref="ProxyTests"/>).
/// </summary>
public sealed class RecipeTests
{
    private const string Underscored = "common_http_protocol_options";

    private static readonly string[] s_names = ["Shopper", "Admission", "Sale", "Unit"];

    [Fact]
    public void Envoy_drops_every_header_with_an_underscore()
    {
        var manager = Assert.Single(
            Recipe("envoy/envoy.yaml").AllNodes.OfType<YamlMappingNode>(), node => node.Children.ContainsKey("stat_prefix"));
        Assert.True(manager.Children.ContainsKey(Underscored), Underscored);
        Assert.Equal("DROP_HEADER", Text(manager[Underscored]["headers_with_underscores_action"]));
    }

    [Fact]
    public void Traefik_removes_every_spelling_of_the_gates_names_from_whatever_goes_to_the_shop()
    {
        var http = Recipe("traefik/dynamic.yaml")["http"];
        var removed = ((YamlMappingNode)http["middlewares"]["nobody-speaks-for-the-gate"]["headers"]["customRequestHeaders"])
            .Children.Where(one => Text(one.Value) is "").Select(one => Text(one.Key));
        var spellings = from name in s_names
                        from first in "-_"
                        from second in "-_"
                        select $"X{first}FlashSale{second}{name}";
        Assert.Empty(spellings.Except(removed));

        var toTheShop = ((YamlMappingNode)http["routers"]).Children.Values.Where(router => Text(router["service"]) == "shop").ToList();
        Assert.NotEmpty(toTheShop);
        Assert.All(toTheShop, router => Assert.Contains(
            "nobody-speaks-for-the-gate", ((YamlSequenceNode)router["middlewares"]).Select(Text)));
    }

    private static YamlMappingNode Recipe(string file)
    {
        using var reader = File.OpenText(Path.Combine(Repository.Root, "deploy", file));
        var yaml = new YamlStream();
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static string? Text(YamlNode node) => ((YamlScalarNode)node).Value;
}
