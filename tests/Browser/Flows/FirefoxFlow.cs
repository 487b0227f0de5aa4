using WebDriverBiDi;
using WebDriverBiDi.Browser;
using WebDriverBiDi.BrowsingContext;
using WebDriverBiDi.Script;

namespace FlashSale.Tests.Browser.Flows;

/// <summary>A user context of <see cref="Firefox"/>, with cookies of its own.</summary>
internal sealed class FirefoxFlow : IFlowBrowser
{
    private readonly BiDiDriver _driver;
    private readonly FlowOptions _options;
    private readonly string _user;
    private readonly List<string> _tabs = [];
    private string _tab = "";

    private FirefoxFlow(BiDiDriver driver, FlowOptions options, string user) => (_driver, _options, _user) = (driver, options, user);

    public static async Task<IFlowBrowser> StartAsync(FlowOptions options)
    {
        var driver = (await Firefox.SharedAsync(options)).Driver;
        var user = await driver.Browser.CreateUserContextAsync(new CreateUserContextCommandParameters());
        var flow = new FirefoxFlow(driver, options, user.UserContextId);
        await flow.AddTabAsync();
        return flow;
    }

    public Task GoAsync(Uri url) => _driver.BrowsingContext.NavigateAsync(
        new NavigateCommandParameters(_tab, url.ToString()) { Wait = ReadinessState.Complete });

    public Task BackAsync() => _driver.BrowsingContext.TraverseHistoryAsync(new TraverseHistoryCommandParameters(_tab, -1));

    public Task ReloadAsync() => _driver.BrowsingContext.ReloadAsync(new ReloadCommandParameters(_tab) { Wait = ReadinessState.Complete });

    public async Task OpenTabAsync(Uri url)
    {
        await AddTabAsync();
        await GoAsync(url);
    }

    public Task ShowTabAsync(int tab) => _driver.BrowsingContext.ActivateAsync(new ActivateCommandParameters(_tab = _tabs[tab]));

    public async Task<string?> AskAsync(string expression)
    {
        var where = new ContextTarget(_tab);
        // Where the page may run no script, only a sandbox can be asked.
        if (_options.NoScript) where.Sandbox = "flow";
        try
        {
            var result = await _driver.Script.EvaluateAsync(
                new EvaluateCommandParameters($"(() => {{ const it = {expression}; return it == null ? '' : 'is ' + it; }})()", where, false));
            var text = ((result as EvaluateResultSuccess)?.Result as StringRemoteValue)?.Value;
            return text is { Length: > 0 } ? text["is ".Length..] : null;
        }
        catch (WebDriverBiDiErrorResponseException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync() =>
        await _driver.Browser.RemoveUserContextAsync(new RemoveUserContextCommandParameters(_user));

    private async Task AddTabAsync()
    {
        var made = await _driver.BrowsingContext.CreateAsync(new CreateCommandParameters(CreateType.Tab) { UserContextId = _user });
        _tabs.Add(_tab = made.BrowsingContextId);
        await _driver.BrowsingContext.SetViewportAsync(new SetViewportCommandParameters
        {
            BrowsingContextId = _tab,
            Viewport = new Viewport { Width = (ulong)_options.Width, Height = FlowOptions.Height },
        });
    }
}
