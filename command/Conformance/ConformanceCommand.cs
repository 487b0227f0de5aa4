using System.CommandLine;

using FlashSale.Conformance;
using FlashSale.Local;

using Spectre.Console;

namespace FlashSale.Command.Conformance;

/// <summary><c>./flashsale conformance URL --sale S [--data DIR] [--shoppers N]</c>.</summary>
public static class ConformanceCommand
{
    // More visitors than this are a load test.
    private const int MostShoppers = 2000;

    public static Verb Create()
    {
        var url = Options.Word("URL", Url, "what the storefront protects");
        var sale = new Option<string>("--sale") { Description = "the sale's id", HelpName = "SALE", Required = true };
        var data = Options.Text(
            "--data", "DIR", "the folder of the system behind it, for the checks that operate the sale; they are left out unless given");
        var shoppers = Options.Number("--shoppers", 2, MostShoppers, ConformanceRun.Crowd, "how many visit it");
        var verb = new Verb("conformance", "A storefront's protected URL against the redirect protocol; exit 1 when it breaks it.")
        {
            url, sale, data, shoppers,
        };
        verb.SetAction((call, cancel) => RunAsync(
            call.GetRequiredValue(url), call.GetRequiredValue(sale),
            call.GetValue(data) is { } folder ? Repository.DataFolder(folder) : null, call.GetValue(shoppers), cancel));
        return verb;
    }

    private static Uri Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new FormatException($"'{text}' is not an http(s) URL");

    private static async Task<int> RunAsync(Uri url, string sale, string? data, int shoppers, CancellationToken cancel)
    {
        if (data is not null && !File.Exists(Path.Combine(data, "state.json")))
            throw new CommandFailedException($"nothing runs in {data}; start it with ./flashsale up");

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 110);
        return await ConformanceRun.PrintAsync(AnsiConsole.Console, url, sale, data, shoppers, cancel);
    }
}
