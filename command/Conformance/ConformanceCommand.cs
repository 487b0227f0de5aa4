using FlashSale.Conformance;
using FlashSale.Local;

using Spectre.Console;

namespace FlashSale.Command.Conformance;

/// <summary><c>./flashsale conformance URL --sale S [--data DIR] [--shoppers N]</c>.</summary>
public static class ConformanceCommand
{
    public const string Help =
        "URL --sale S [--data DIR] [--shoppers N]: a storefront's protected URL against the redirect protocol";

    // More visitors than this are a load test.
    private const int MostShoppers = 2000;

    public static async Task<int> RunAsync(string[] args, CancellationToken cancel)
    {
        var line = CommandLine.Parse(args, ["sale", "data", "shoppers"], []).WithWords(1, 1, "conformance " + Help);
        if (!Uri.TryCreate(line.Words[0], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UsageException($"'{line.Words[0]}' is not an http(s) URL");
        var sale = line.Text("sale") ?? throw new UsageException("--sale is missing");
        var data = line.Text("data") is { } given ? Repository.DataFolder(given) : null;
        if (data is not null && !File.Exists(Path.Combine(data, "state.json")))
            throw new CommandFailedException($"nothing runs in {data}; start it with ./flashsale up");

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 110);
        return await ConformanceRun.PrintAsync(
            AnsiConsole.Console, url, sale, data, line.Number("shoppers", ConformanceRun.Crowd, 2, MostShoppers), cancel);
    }
}
