using System.Text.Json;

using FlashSale.Tests.Support;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Browser;

/// <summary>Someone with a browser of their own (cookies, storage), looking at the system's pages.</summary>
public sealed class PageVisitor : IAsyncDisposable
{
    /// <summary>Long enough for a machine that is busy with the other tests.</summary>
    private const float PatienceMs = 90_000;

    private static readonly Lazy<string> s_axe = new(() => File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "../../../Browser/node_modules/axe-core/axe.min.js")));

    private static readonly Dictionary<string, string> s_numbers = new()
    {
        ["pm_card_visa"] = "4242 4242 4242 4242",
        ["pm_card_chargeDeclined"] = "4000 0000 0000 0002",
        ["pm_card_authenticationRequired"] = "4000 0027 6000 3184",
    };

    private readonly List<string> _errors = [];

    private PageVisitor(TestSystem system, IBrowserContext context, IPage page)
    {
        (System, Context, Page) = (system, context, page);
        Listen(page);
    }

    public TestSystem System { get; }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <param name="options">The browser context's; a phone in English unless they say otherwise.</param>
    /// <param name="system">Whose pages; null: those of the system that tests share.</param>
    public static async Task<PageVisitor> ComesAsync(BrowserNewContextOptions? options = null, TestSystem? system = null)
    {
        system ??= await TestSystem.SharedAsync();
        var browser = await Chromium.SharedAsync();
        options ??= new();
        options.BaseURL = system.Edge.BaseAddress!.ToString();
        options.ViewportSize ??= new() { Width = 390, Height = 844 };
        options.Locale ??= "en-US";
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(PatienceMs);
        SetDefaultExpectTimeout(PatienceMs);
        return new PageVisitor(system, context, await context.NewPageAsync());
    }

    /// <summary>Another tab of the same browser.</summary>
    public async Task<IPage> AnotherTabAsync()
    {
        var page = await Context.NewPageAsync();
        Listen(page);
        return page;
    }

    /// <summary>From the product page, as <paramref name="email"/> or as a guest, to the line.</summary>
    public async Task JoinsAsync(string sale, string? email = null)
    {
        await Page.GotoAsync($"/shop/{sale}");
        if (email is null)
        {
            await Page.Locator("#guest a").ClickAsync();
        }
        else
        {
            await Page.FillAsync("#email", email);
            await Page.ClickAsync("#join button");
        }
    }

    /// <summary>Joins, waits for the turn and is taken to the cart.</summary>
    public async Task GoesToTheCartAsync(string sale, string? email = null)
    {
        await JoinsAsync(sale, email);
        await Expect(Page.Locator("[data-state=held] #paybutton")).ToBeEnabledAsync();
    }

    /// <summary>Types a test card into the provider's form, and pays.</summary>
    public async Task PaysAsync(string card)
    {
        await Page.FillAsync("#sim-number", s_numbers[card]);
        await Page.FillAsync("#sim-expiry", "12 / 34");
        await Page.FillAsync("#sim-cvc", "123");
        await Page.ClickAsync("#paybutton");
    }

    /// <summary>The page's heading becomes this.</summary>
    public Task SeesAsync(string title) => Expect(Page.Locator("#title")).ToHaveTextAsync(title);

    /// <summary>Axe finds nothing wrong with the page as it is now (WCAG 2.2 A and AA, best practices), and nothing sticks out.</summary>
    public async Task FindsNoBarrierAsync()
    {
        // Through the debugger, since the page's own policy rightly forbids a foreign script.
        await Page.EvaluateAsync(s_axe.Value);
        var found = await Page.EvaluateAsync<JsonElement>(
            """
            () => axe.run(document, {
                runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'],
              })
              .then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join('\n')))
            """);
        Assert.Empty(found.EnumerateArray().Select(one => one.GetString()));
        Assert.Empty(await Page.EvaluateAsync<string[]>(
            """
            () => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
              .filter(e => e.getBoundingClientRect().right > innerWidth).map(e => `${e.tagName}#${e.id} "${e.textContent}" sticks out`)
            """));
    }

    /// <summary>No script failed, and nothing was blocked by the page's own policy.</summary>
    public void HasSeenNoError() => Assert.Empty(_errors);

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync();
        GC.SuppressFinalize(this);
    }

    private void Listen(IPage page)
    {
        page.PageError += (_, error) => _errors.Add(error);
        page.Console += (_, message) =>
        {
            // An answer such as 402 or 503 is logged by the browser itself; what the page makes of it is tested.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _errors.Add(message.Text);
        };
    }
}
