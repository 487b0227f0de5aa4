using Xunit;

namespace FlashSale.Tests.Connectors;

/// <summary>Shops of connectors/python: the programs of its README.</summary>
public sealed class PythonTests(PythonPackage package) : IClassFixture<PythonPackage>
{
    [Fact]
    public Task A_flask_application_conforms() => ConnectorRules.ConformsAsync(edge => OpenAsync(edge, 1));

    [Fact]
    public Task An_asgi_application_conforms() => ConnectorRules.ConformsAsync(edge => OpenAsync(edge, 2));

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
    public Task It_tells_the_line_who_its_shopper_is() => ConnectorRules.VouchesAsync(edge => OpenAsync(edge, 1, text => text
        .Replace("api_key=", $"enqueue_secret='{ConnectorRules.EnqueueSecret}', api_key=", StringComparison.Ordinal)
        .Replace("paths=", $"shopper=lambda _: dict(sub='anna', email='{ConnectorRules.Address}', soon=True), paths=", StringComparison.Ordinal)));

    private Task<ConnectorShop> OpenAsync(Uri edge, int program, Func<string, string>? edit = null) => ConnectorShop.StartAsync(
        package.Folder, origin =>
        {
            var shared = package.Shared(edge);
            var text = ConnectorShop.Program("python", "python", program, edge, origin, shared, edit);
            File.WriteAllText(Path.Combine(package.Folder, $"shop{origin.Port}.py"), text);
            return program == 1
                ? [PythonPackage.Python, "-m", "flask", "--app", $"shop{origin.Port}", "run", "--port", $"{origin.Port}"]
                : [PythonPackage.Python, "-m", "uvicorn", "--port", $"{origin.Port}", "--log-level", "warning", $"shop{origin.Port}:app"];
        }, new() { ["PYTHONPATH"] = $"{package.Folder}:{package.Folder}/packages", ["PYTHONDONTWRITEBYTECODE"] = "1" });
}
