using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>Shops of connectors/go: the program of its README.</summary>
public sealed class GoTests(GoPackage package) : IClassFixture<GoPackage>
{
    [Fact]
    public Task A_handler_behind_the_middleware_conforms() => ConnectorRules.ConformsAsync(OpenAsync);

    [Fact]
    public Task Its_processes_are_one_shop() => ConnectorRules.IsOneShopAsync(OpenAsync);

    private Task<ConnectorShop> OpenAsync(Uri edge) => ConnectorShop.StartAsync(
        package.Folder, origin =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(package.Folder, $"{origin.Port}"));
            var program = ConnectorShop.Program("go", "go", 1, edge, origin, package.Shared(edge));
            File.WriteAllText(Path.Combine(folder.FullName, "main.go"), program);
            return package.Run(folder.Name);
        }, []);
}
