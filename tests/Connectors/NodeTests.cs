using System.Net;

using FlashSale.Local;
using FlashSale.Tests.Embedding;

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
    public Task It_asks_for_the_key_of_its_own_cookie_before_it_refuses_it() => ConnectorRules.AsksForACookiesKeyAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public Task It_asks_once_a_second_for_keys_that_it_cannot_fetch() => ConnectorRules.AsksOnceASecondAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public Task An_answer_without_keys_takes_none_away() => ConnectorRules.KeepsGoodKeysAsync(edge => OpenAsync(edge, 1));

    [Theory]
    [InlineData("Object.assign(new Error('Unable to connect'), { code: 'ConnectionRefused' })")] // Bun
    [InlineData("new Error('Network connection lost.')")] // Workers
    [InlineData("new DOMException('The operation failed', 'NetworkError')")]
    [InlineData("'lost'")]
    public async Task It_takes_no_token_for_a_bad_one_whatever_its_runtime_throws(string thrown)
    {
        await using var edge = await FakeEdge.StartAsync();
        await using var shop = await OpenAsync(edge.Url, 1, text => text.Replace(
            "const room", $"globalThis.fetch = () => Promise.reject({thrown});\nconst room", StringComparison.Ordinal));
        using var shopper = new ShopBrowser(shop.Origin);

        var answer = await shopper.GoAsync($"/buy?admission={edge.Token(TimeProvider.System.GetUtcNow())}");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.Contains("Retry-After"));
    }

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
