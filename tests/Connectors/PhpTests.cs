using System.Globalization;
using System.Text.RegularExpressions;

using FlashSale.Local;
using FlashSale.Tests.Embedding;

using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>Shops of connectors/php: the programs of its README.</summary>
public sealed partial class PhpTests(PhpPackage package) : IClassFixture<PhpPackage>
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
    public Task It_asks_for_the_key_of_its_own_cookie_before_it_refuses_it() => ConnectorRules.AsksForACookiesKeyAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public Task It_asks_once_a_second_for_keys_that_it_cannot_fetch() => ConnectorRules.AsksOnceASecondAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public Task An_answer_without_keys_takes_none_away() => ConnectorRules.KeepsGoodKeysAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public async Task A_clock_that_was_set_back_keeps_no_keys_away()
    {
        await using var edge = await FakeEdge.StartAsync();
        await using var shop = await OpenAsync(edge.Url, 1);
        using var first = new ShopBrowser(shop.Origin);
        await first.GoAsync($"/buy?admission={edge.Token(TimeProvider.System.GetUtcNow())}");
        Assert.Equal(200, (int)(await first.GoAsync("/buy")).StatusCode);

        edge.RotateKeys();
        await SetClockBackAsync(edge.Url);
        using var second = new ShopBrowser(shop.Origin);
        Assert.Equal(shop.Url.ToString(), (await second.GoAsync($"/buy?admission={edge.Token(TimeProvider.System.GetUtcNow(), unit: 8)}")).Location());

        edge.RevokeKey("k1");
        await SetClockBackAsync(edge.Url);
        Assert.Contains("/line/", (await first.GoAsync("/buy")).Location(), StringComparison.Ordinal);
    }

    [Fact]
    public Task It_fetches_without_a_lock_that_it_cannot_have() => ConnectorRules.WaitsForKeysAsync(edge =>
    {
        Directory.CreateDirectory(Path.Combine(package.Shared(edge), "keys.lock")); // No file that can be written, for root neither.
        return OpenAsync(edge, 1);
    });

    [Fact]
    public Task It_tells_the_line_who_its_shopper_is() => ConnectorRules.VouchesAsync(edge => OpenAsync(edge, 1, text => text
        .Replace("apiKey:", $"enqueueSecret: '{ConnectorRules.EnqueueSecret}', apiKey:", StringComparison.Ordinal)
        .Replace("enter()", $"enter(['sub' => 'anna', 'email' => '{ConnectorRules.Address}', 'soon' => true])", StringComparison.Ordinal)));

    // By an hour: what was kept is of a time to come.
    private async Task SetClockBackAsync(Uri edge)
    {
        var kept = Path.Combine(package.Shared(edge), "keys.json");
        var text = await File.ReadAllTextAsync(kept, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(kept, Seconds().Replace(text, time =>
            (long.Parse(time.Value, CultureInfo.InvariantCulture) + 3600).ToString(CultureInfo.InvariantCulture)), TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@"(?<=""(at|tried)"":)\d+")]
    private static partial Regex Seconds();

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
