using System.Text.Json;

using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Tests.Embedding;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Connectors.WooCommerce;

/// <summary>The site on PHP's own server, before an edge.</summary>
internal sealed class WordPressShop : IAsyncDisposable
{
    private readonly HttpClient _merchant;
    private readonly string _site;
    private ChildProcess? _process;

    private WordPressShop(string site, Uri origin) => (_site, Origin, _merchant) = (site, origin, new HttpClient { BaseAddress = origin });

    public Uri Origin { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="settings">Those of the plugin, for wp-config.php.</param>
    public static async Task<WordPressShop> StartAsync(WordPressPackage package, Uri origin, Dictionary<string, string> settings)
    {
        var program = Programs.Find("php");
        Assert.True(program is not null, "php is not installed");
        settings["ORIGIN"] = origin.ToString().TrimEnd('/');
        settings["PORT"] = $"{origin.Port}";
        return await Whole.StartAsync(new WordPressShop(package.Site, origin), async made =>
        {
            made._process = await ChildProcess.StartAsync(new ChildStart(
                program, ["-S", origin.Authority, "-t", package.Site], Path.Combine(package.Folder, $"{origin.Port}.log"), settings));
            await WaitFor.TrueAsync(made.AnswersAsync, "WordPress answers");
        });
    }

    /// <summary>A product that is of a sale; its id and its page.</summary>
    public async Task<(int Id, string Page)> ProductAsync(string sale)
    {
        var made = await DoAsync(null, $"product&sale={sale}");
        return (made.GetProperty("id").GetInt32(), made.GetProperty("url").GetString()!);
    }

    /// <summary>What the stand-in is to do, in a shopper's browser or as somebody else's server.</summary>
    public async Task<JsonElement> DoAsync(ShopBrowser? browser, string what)
    {
        var url = $"/?stand-in={what}";
        using var answer = browser is null ? await _merchant.GetAsync(new Uri(url, UriKind.Relative), Cancel) : await browser.FetchAsync(url);
        var text = await answer.TextAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    /// <summary>What a crontab calls every minute.</summary>
    public async Task CronAsync() => (await _merchant.GetAsync(new Uri("/wp-cron.php", UriKind.Relative), Cancel)).EnsureSuccessStatusCode();

    public async ValueTask DisposeAsync()
    {
        _merchant.Dispose();
        if (_process is not null) await _process.DisposeAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process!.HasExited) throw new InvalidOperationException(_process.LogTail());
        try
        {
            return (await _merchant.GetAsync(new Uri("/", UriKind.Relative), Cancel)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
