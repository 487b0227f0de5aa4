using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>Shops of connectors/php: the programs of its README.</summary>
public sealed class PhpTests(PhpPackage package) : IClassFixture<PhpPackage>
{
    [Fact]
    public Task A_plain_php_page_conforms() => ConnectorRules.ConformsAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public Task A_psr15_application_conforms() => ConnectorRules.ConformsAsync(edge => OpenAsync(edge, 2));

    [Fact]
    public Task Its_processes_are_one_shop() => ConnectorRules.IsOneShopAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public Task It_takes_no_token_for_a_bad_one_while_it_cannot_fetch_keys() => ConnectorRules.WaitsForKeysAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public Task It_tells_the_line_who_its_shopper_is() => ConnectorRules.VouchesAsync(edge => OpenAsync(edge, 1, text => text
        .Replace("apiKey:", $"enqueueSecret: '{ConnectorRules.EnqueueSecret}', apiKey:", StringComparison.Ordinal)
        .Replace("enter()", $"enter(['sub' => 'anna', 'email' => '{ConnectorRules.Address}', 'soon' => true])", StringComparison.Ordinal)));

    // The n-th program of the README; the second one is a middleware, for which the rest of an application is here.
    private Task<ConnectorShop> OpenAsync(Uri edge, int program, Func<string, string>? edit = null) => ConnectorShop.StartAsync(
        package.Folder, origin =>
        {
            var page = Path.Combine(package.Folder, $"public/{origin.Port}.php");
            var shared = package.Shared(edge);
            var tests = Path.Combine(Repository.Root, "tests/Connectors");
            var text = ConnectorShop.Program("php", "php", program, edge, origin, shared, edit);
            File.WriteAllText(page, program == 1 ? text
                : text.Replace("<?php", $"<?php require '{tests}/psr15-interfaces.php';", StringComparison.Ordinal)
                    + File.ReadAllText($"{tests}/psr15.php"));
            return ["php", "-S", origin.Authority, page];
        }, []);
}
