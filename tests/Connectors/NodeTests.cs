using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>Shops of connectors/node: the programs of its README.</summary>
public sealed class NodeTests(NodePackage package) : IClassFixture<NodePackage>
{
    [Fact]
    public Task A_connect_application_conforms() => ConnectorRules.ConformsAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public Task A_fetch_function_conforms() => ConnectorRules.ConformsAsync(edge => OpenAsync(edge, 2));

    [Fact]
    public Task Its_processes_are_one_shop() => ConnectorRules.IsOneShopAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public Task It_takes_no_token_for_a_bad_one_while_it_cannot_fetch_keys() => ConnectorRules.WaitsForKeysAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public Task It_tells_the_line_who_its_shopper_is() => ConnectorRules.VouchesAsync(edge => OpenAsync(edge, 1, text => text
        .Replace("apiKey:", $"enqueueSecret: '{ConnectorRules.EnqueueSecret}', apiKey:", StringComparison.Ordinal)
        .Replace("middleware()", $"middleware(() => ({{ sub: 'anna', email: '{ConnectorRules.Address}', soon: true }}))", StringComparison.Ordinal)));

    // The n-th program of the README; the second one is a function, and the server that calls it is here.
    private Task<ConnectorShop> OpenAsync(Uri edge, int program, Func<string, string>? edit = null) => ConnectorShop.StartAsync(
        package.Folder, origin =>
        {
            var server = Path.Combine(package.Folder, $"{origin.Port}.mjs");
            var shared = package.Shared(edge);
            var rest = program == 2 ? File.ReadAllText(Path.Combine(Repository.Root, "tests/Connectors/fetch-server.mjs")) : "";
            File.WriteAllText(server, ConnectorShop.Program("node", "js", program, edge, origin, shared, edit) + rest);
            return ["node", server];
        }, []);
}
