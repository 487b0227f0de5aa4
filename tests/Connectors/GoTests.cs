using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>Shops of connectors/go: the program of its README.</summary>
public sealed class GoTests(GoPackage package) : IClassFixture<GoPackage>
{
    [Fact]
    public Task A_handler_behind_the_middleware_conforms() => ConnectorRules.ConformsAsync(edge => OpenAsync(edge));

    [Fact]
    public Task Its_processes_are_one_shop() => ConnectorRules.IsOneShopAsync(edge => OpenAsync(edge));

    [Fact]
    public Task It_takes_no_token_for_a_bad_one_while_it_cannot_fetch_keys() => ConnectorRules.WaitsForKeysAsync(edge => OpenAsync(edge));

    [Fact]
    public Task It_asks_for_the_key_of_its_own_cookie_before_it_refuses_it() => ConnectorRules.AsksForACookiesKeyAsync(edge => OpenAsync(edge));

    [Fact]
    public Task It_asks_once_a_second_for_keys_that_it_cannot_fetch() => ConnectorRules.AsksOnceASecondAsync(edge => OpenAsync(edge));

    [Fact]
    public Task An_answer_without_keys_takes_none_away() => ConnectorRules.KeepsGoodKeysAsync(edge => OpenAsync(edge));

    [Fact]
    public Task It_tells_the_line_who_its_shopper_is() => ConnectorRules.VouchesAsync(edge => OpenAsync(edge, text => text.Replace(
        "APIKey:",
        $$"""
        EnqueueSecret: "{{ConnectorRules.EnqueueSecret}}",
        Shopper: func(*http.Request) map[string]any {
            return map[string]any{"sub": "anna", "email": "{{ConnectorRules.Address}}", "soon": true}
        },
        APIKey:
        """, StringComparison.Ordinal)));

    private Task<ConnectorShop> OpenAsync(Uri edge, Func<string, string>? edit = null) => ConnectorShop.StartAsync(
        package.Folder, origin =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(package.Folder, $"{origin.Port}"));
            var program = ConnectorShop.Program("go", "go", 1, edge, origin, package.Shared(edge), edit);
            File.WriteAllText(Path.Combine(folder.FullName, "main.go"), program);
            return package.Run(folder.Name);
        }, []);
}
