using FlashSale.Gateway.Called;
using FlashSale.Pages;
using FlashSale.Tests.Browser;

using Xunit;

namespace FlashSale.Tests.Called;

/// <summary>What the page's service worker makes of a push, and of a click on what it shows, in each engine.</summary>
public sealed class CalledWorkerTests
{
    /// <summary>The worker's script among stand-ins for what a browser gives a worker.</summary>
    private const string Worker =
        """
        async ([source, userAgent]) => {
          const on = {}, done = [], shown = [];
          const page = { url: 'https://edge.example/line/a?x=1', visibilityState: 'hidden' };
          page.focus = () => done.push('focus a');
          const pages = [page];
          const self = {
            addEventListener: (name, act) => on[name] = act,
            clients: { matchAll: () => Promise.resolve(pages), openWindow: url => done.push('open ' + url) },
            registration: {
              showNotification: (title, o) => shown.push(title + (o.silent ? ' (silent) | ' : ' | ') + o.data.url),
            },
          };
          const caches = { open: () => Promise.resolve({ match: () => Promise.resolve(undefined) }) };
          new Function('self', 'caches', 'navigator', source)(self, caches, { userAgent });
          const run = (name, event) => new Promise(end => on[name]({ ...event, waitUntil: work => end(work) }));
          const noticed = sale => ({ close() {}, data: { sale, url: '/line/' + sale } });
          const click = sale => run('notificationclick', { notification: noticed(sale) });
          await run('push', { data: { json: () => ({ sale: 'a', what: 'turn' }) } });
          pages[0].visibilityState = 'visible';
          await run('push', { data: { json: () => ({ sale: 'a', what: 'turn' }) } });
          await run('push', { data: { json: () => ({ sale: 'b', what: 'soon' }) } });
          await click('a'); await click('b');
          return [...shown, ...done];
        }
        """;

    private const string Like = " (KHTML, like Gecko) ";
    private const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15" + Like;

    [Theory]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36" + Like + "Chrome/130.0.0.0 Mobile Safari/537.36")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36" + Like + "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0")]
    [InlineData("Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0")]
    public async Task A_click_leads_to_the_open_page_or_opens_it_and_a_page_that_is_looked_at_says_it_by_itself(string userAgent) =>
        Assert.Equal(
            ["Your place in line | /line/a", "Your place in line | /line/b", "focus a", "open /line/b"], await WorksAsync(userAgent));

    [Theory]
    [InlineData(Phone + "Version/18.0 Mobile/15E148 Safari/604.1")]
    [InlineData(Phone + "Mobile/15E148")] // On the home screen.
    [InlineData(Phone + "CriOS/130.0.6723.37 Mobile/15E148 Safari/604.1")]
    [InlineData(Phone + "FxiOS/131.0 Mobile/15E148 Safari/605.1.15")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15" + Like + "Version/18.0 Safari/605.1.15")]
    public async Task Where_a_push_that_shows_nothing_costs_the_subscription_each_shows_something(string userAgent) =>
        Assert.Equal(
            [
                "Your place in line | /line/a", "Your place in line (silent) | /line/a", "Your place in line | /line/b",
                "focus a", "open /line/b",
            ], await WorksAsync(userAgent));

    /// <summary>What the worker shows and does in a browser that calls itself so.</summary>
    private static async Task<string[]> WorksAsync(string userAgent)
    {
        await using var visitor = await PageVisitor.ComesAsync();
        var source = Assets.Text(typeof(CalledRoutes).Assembly, CalledRoutes.WorkerPath[1..]);
        await visitor.Page.GotoAsync("about:blank");
        return await visitor.Page.EvaluateAsync<string[]>(Worker, new[] { source, userAgent });
    }
}
