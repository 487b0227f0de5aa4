using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>Shops of connectors/java: the program of its README.</summary>
public sealed class JavaTests(JavaPackage package) : IClassFixture<JavaPackage>
{
    [Fact]
    public Task A_servlet_behind_the_filter_conforms() => ConnectorRules.ConformsAsync(edge => OpenAsync(edge));

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
        "options.apiKey =",
        $$"""
        options.enqueueSecret = "{{ConnectorRules.EnqueueSecret}}";
        options.shopper = any -> java.util.Map.of("sub", "anna", "email", "{{ConnectorRules.Address}}", "soon", true);
        options.apiKey =
        """, StringComparison.Ordinal)));

    // Compiled by Java as it starts, and not any further: a shop of a few seconds never earns that back.
    private Task<ConnectorShop> OpenAsync(Uri edge, Func<string, string>? edit = null) => ConnectorShop.StartAsync(
        package.Folder, origin =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(package.Folder, $"{origin.Port}"));
            var program = Path.Combine(folder.FullName, "Shop.java");
            File.WriteAllText(program, ConnectorShop.Program("java", "java", 1, edge, origin, package.Shared(edge), edit));
            return ["java", "-XX:TieredStopAtLevel=1", "-classpath", package.ClassPath, program];
        }, []);
}
