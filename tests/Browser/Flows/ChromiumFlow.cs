using Microsoft.Playwright;

namespace FlashSale.Tests.Browser.Flows;

/// <summary>Chromium, by Playwright, as the other browser tests have it.</summary>
internal sealed class ChromiumFlow : IFlowBrowser
{
    private readonly IBrowserContext _context;
    private readonly List<IPage> _tabs = [];
    private IPage _page = null!;

    private ChromiumFlow(IBrowserContext context) => _context = context;

    public static async Task<IFlowBrowser> StartAsync(FlowOptions options)
    {
        var flow = new ChromiumFlow(await (await Chromium.SharedAsync()).NewContextAsync(new()
        {
            ViewportSize = new() { Width = options.Width, Height = FlowOptions.Height },
            ColorScheme = options.Dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = !options.NoScript,
        }));
        flow._context.SetDefaultTimeout(90_000);
        await flow.AddTabAsync();
        return flow;
    }

    public Task GoAsync(Uri url) => _page.GotoAsync(url.ToString());

    public Task BackAsync() => _page.GoBackAsync();

    public Task ReloadAsync() => _page.ReloadAsync();

    public async Task OpenTabAsync(Uri url)
    {
        await AddTabAsync();
        await GoAsync(url);
    }

    public Task ShowTabAsync(int tab) => (_page = _tabs[tab]).BringToFrontAsync();

    public async Task<string?> AskAsync(string expression)
    {
        try
        {
            return await _page.EvaluateAsync<string?>($"() => {{ const it = {expression}; return it == null ? null : String(it); }}");
        }
        catch (PlaywrightException error) when (error.Message.Contains("context was destroyed", StringComparison.Ordinal))
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    private async Task AddTabAsync() => _tabs.Add(_page = await _context.NewPageAsync());
}
