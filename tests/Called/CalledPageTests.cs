using System.Text.Json;

using FlashSale.Admission;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.Tests.Browser;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace FlashSale.Tests.Called;

/// <summary>
/// Being called in a real browser: asked for by a click, the page closed, the push service's message given to the
/// page's own service worker by the browser's debugger (a browser takes messages from its maker's push service alone).
/// </summary>
public sealed class CalledPageTests(CalledSystem called) : IClassFixture<CalledSystem>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>As <c>PushManager.subscribe</c> would answer with a subscription at our push service.</summary>
    private static string Subscribed(LocalBrowser browser) =>
        $$"""
        PushManager.prototype.subscribe = async options => {
          const key = new Uint8Array(options.applicationServerKey);
          if (!options.userVisibleOnly || key.length !== 65) throw new Error('options');
          return { toJSON: () => ({{JsonSerializer.Serialize(browser.Subscription)}}) };
        };
        """;

    private async Task<PageVisitor> VisitorAsync(string script, params string[] permissions)
    {
        var options = new BrowserNewContextOptions { Permissions = permissions };
        var visitor = await PageVisitor.ComesAsync(options, called.System);
        await visitor.Context.AddInitScriptAsync(script);
        return visitor;
    }

    private static string Line(string sale) => $"/line/{sale}?returnUrl=%2Fshop%2F{sale}%2Fcart";

    private static async Task<string> AsksAsync(PageVisitor visitor, string sale)
    {
        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("The sale is paused");
        await visitor.Page.ClickAsync("#notify");
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "true");
        return (await visitor.Page.Locator("#safe").TextContentAsync())!;
    }

    [Fact]
    public async Task A_shopper_asks_closes_the_page_is_called_and_the_notification_leads_to_the_place()
    {
        var (sale, browser) = (await called.PausedSaleAsync(), called.Push.Subscribe());
        await using var visitor = await VisitorAsync(Subscribed(browser), "notifications");
        var promised = await AsksAsync(visitor, sale);
        Assert.Equal("You can lock your phone or close this page: we call you when it is your turn.", promised);
        await visitor.FindsNoBarrierAsync();

        var other = await visitor.AnotherTabAsync();
        await other.GotoAsync("/called-worker.js"); // Of the same origin, and no page of the line.
        await visitor.Page.CloseAsync();
        await called.ResumeAsync(sale);
        await browser.HearsAsync("turn");
        await PushAsync(visitor, other, browser.Messages.Single());

        var shown = default(JsonElement);
        await WaitFor.TrueAsync(async () =>
        {
            var all = await other.EvaluateAsync<JsonElement>(
                """
                () => navigator.serviceWorker.getRegistration('/line/').then(r => r.getNotifications())
                  .then(all => all.map(n => ({ title: n.title, body: n.body, url: n.data.url })))
                """);
            if (all.GetArrayLength() == 1) shown = all[0];
            return all.GetArrayLength() == 1;
        }, "a notification is shown");
        Assert.Equal("It is your turn!", shown.GetProperty("title").GetString());
        var body = shown.GetProperty("body").GetString();
        Assert.StartsWith("A phone: A unit is set aside for you until ", body, StringComparison.Ordinal);
        await other.GotoAsync(shown.GetProperty("url").GetString()!);
        await Expect(other.Locator("[data-state=held] #paybutton")).ToBeEnabledAsync();
        visitor.HasSeenNoError();
    }

    /// <summary>Gives a message to the service worker, as the browser does with one from its push service.</summary>
    private async Task PushAsync(PageVisitor visitor, IPage page, JsonElement message)
    {
        var debugger = await visitor.Context.NewCDPSessionAsync(page);
        var registration = new TaskCompletionSource<string>();
        debugger.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, told) =>
        {
            foreach (var one in told!.Value.GetProperty("registrations").EnumerateArray())
                if (one.GetProperty("scopeURL").GetString()!.EndsWith("/line/", StringComparison.Ordinal))
                    registration.TrySetResult(one.GetProperty("registrationId").GetString()!);
        };
        await debugger.SendAsync("ServiceWorker.enable");
        await debugger.SendAsync("ServiceWorker.deliverPushMessage", new()
        {
            ["origin"] = called.System.EdgeUrls[0],
            ["registrationId"] = await registration.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel),
            ["data"] = message.GetRawText(),
        });
    }

    [Fact]
    public async Task A_reload_keeps_it_and_a_second_click_ends_it()
    {
        var (sale, browser) = (await called.PausedSaleAsync(), called.Push.Subscribe());
        await using var visitor = await VisitorAsync(Subscribed(browser), "notifications");
        await AsksAsync(visitor, sale);

        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Single(await called.KeptAsync(sale));

        await visitor.Page.ClickAsync("#notify");
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "false");
        Assert.Empty(await called.KeptAsync(sale));
        await Expect(visitor.Page.Locator("#safe")).Not.ToContainTextAsync("lock your phone");
        visitor.HasSeenNoError();
    }

    [Theory]
    [InlineData("en-US", "An iPhone or iPad calls only pages on its home screen")]
    [InlineData("de-DE", "Ein iPhone oder iPad ruft nur Seiten vom Home-Bildschirm")]
    [InlineData("ja-JP", "ホーム画面に追加したページだけ")]
    [InlineData("ar-EG", "الصفحات الموجودة على الشاشة الرئيسية")]
    public async Task A_phone_that_calls_only_from_its_home_screen_is_told_how_in_its_language(
        string locale, string told)
    {
        var (sale, path) = await VouchedAsync();
        await using var visitor = await PageVisitor.ComesAsync(new BrowserNewContextOptions
        {
            Locale = locale,
            UserAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
        }, called.System);
        await visitor.Context.AddInitScriptAsync(NoPush);
        await visitor.Page.GotoAsync(path);
        await Expect(visitor.Page.Locator("#number")).Not.ToHaveTextAsync("–");

        await visitor.Page.ClickAsync("#notify");

        await Expect(visitor.Page.Locator("#safe")).ToContainTextAsync(told);
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "false");
        var manifest = await visitor.Page.Locator("link[rel=manifest]").GetAttributeAsync("href");
        var read = JsonElement.Parse(await called.System.Edge.GetStringAsync(manifest, Cancel));
        Assert.Equal("standalone", read.GetProperty("display").GetString());
        var start = read.GetProperty("start_url").GetString()!;
        Assert.StartsWith($"/line/{sale}?", start, StringComparison.Ordinal);
        Assert.DoesNotContain("enqueueToken", start, StringComparison.Ordinal);
        await visitor.FindsNoBarrierAsync();
        visitor.HasSeenNoError();
    }

    private const string NoPush = "delete window.PushManager; delete window.Notification;";

    /// <summary>A sale whose storefront says who its shoppers are, and the way there for one of them.</summary>
    private async Task<(string Sale, string Path)> VouchedAsync()
    {
        var (sale, signer) = await called.VouchedSaleAsync(units: 5);
        return (sale, $"{Line(sale)}&enqueueToken={signer.Sign("shopper-1", sale)}");
    }

    [Fact]
    public async Task Where_a_page_of_the_home_screen_would_be_another_shopper_nobody_is_led_there()
    {
        var sale = await called.PausedSaleAsync();
        await using var visitor = await VisitorAsync(NoPush);
        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("The sale is paused");

        await visitor.Page.ClickAsync("#notify");

        await Expect(visitor.Page.Locator("#safe")).ToHaveTextAsync(
            "This browser cannot be called. Please keep this page open.");
        await Expect(visitor.Page.Locator("link[rel=manifest]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Where_it_fails_the_page_promises_nothing()
    {
        var sale = await called.PausedSaleAsync();
        await using var visitor = await VisitorAsync(
            "PushManager.prototype.subscribe = () => Promise.reject(new Error('no service'));", "notifications");
        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("The sale is paused");

        await visitor.Page.ClickAsync("#notify");

        await Expect(visitor.Page.Locator("#safe")).ToContainTextAsync("You cannot be called right now");
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "false");
        Assert.Empty(await called.KeptAsync(sale));
    }

    [Fact]
    public async Task An_address_is_typed_confirmed_and_the_mail_opens_the_place_in_another_browser()
    {
        var (sale, address) = (await called.PausedSaleAsync(), $"{Unique.Name("shopper")}@mail.example");
        await using var visitor = await VisitorAsync(NoPush);
        await visitor.Page.GotoAsync(Line(sale));
        await visitor.SeesAsync("The sale is paused");
        await visitor.Page.ClickAsync("#notify");
        await visitor.Page.FillAsync("#mailto", "nobody@nowhere");
        await visitor.Page.ClickAsync("#mail button");
        await Expect(visitor.Page.Locator("#safe")).ToHaveTextAsync("That is no e-mail address that we can write to.");
        await visitor.Page.FillAsync("#mailto", address);
        await visitor.Page.ClickAsync("#mail button");
        await Expect(visitor.Page.Locator("#safe")).ToContainTextAsync($"We have sent a mail to {address}.");
        await visitor.FindsNoBarrierAsync();

        await using var phone = await PageVisitor.ComesAsync(new BrowserNewContextOptions { Locale = "de-DE" }, called.System);
        await phone.Page.GotoAsync((await called.Mail.NextAsync(address)).Link);
        await Expect(phone.Page.Locator("h1")).ToHaveTextAsync("Shall we mail you when it is your turn?");
        await phone.FindsNoBarrierAsync();
        await phone.Page.ClickAsync("form button");
        await Expect(phone.Page.Locator("h1")).ToHaveTextAsync("We mail you when it is your turn");

        await visitor.Page.GotoAsync("about:blank");
        await called.ResumeAsync(sale);
        await phone.Page.GotoAsync((await called.Mail.NextAsync(address, 2)).Link);
        await Expect(phone.Page.Locator("h1")).ToHaveTextAsync("Go on with your place here?");
        await phone.FindsNoBarrierAsync();
        await phone.Page.ClickAsync("form button");
        await Expect(phone.Page.Locator("[data-state=held] #paybutton")).ToBeEnabledAsync();

        await visitor.Page.GotoAsync(Line(sale));
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Your place has moved");
        await visitor.FindsNoBarrierAsync();
        phone.HasSeenNoError();
    }

    [Theory]
    [InlineData("de", "Ihre E-Mail-Adresse", "Ihr Platz ist umgezogen")]
    [InlineData("ja", "メールアドレス", "順番は別の端末に移りました")]
    [InlineData("ar", "عنوان بريدك الإلكتروني", "انتقل مكانك")]
    public async Task It_says_so_in_the_shoppers_language(string language, string asked, string moved)
    {
        var sale = await called.PausedSaleAsync();
        await using var visitor = await VisitorAsync(NoPush);
        await visitor.Page.GotoAsync($"/line/{sale}?lang={language}");
        await Expect(visitor.Page.Locator("#number")).Not.ToHaveTextAsync("–");
        await visitor.Page.ClickAsync("#notify");
        await Expect(visitor.Page.Locator("label[for=mailto]")).ToContainTextAsync(asked);
        await visitor.FindsNoBarrierAsync();

        var address = $"{Unique.Name("shopper")}@mail.example";
        await visitor.Page.FillAsync("#mailto", address);
        await visitor.Page.ClickAsync("#mail button");
        var opener = new LinkOpener(called.System.Edge);
        (await opener.ClickAsync((await called.Mail.NextAsync(address)).Link)).Dispose();
        await visitor.Page.GotoAsync("about:blank");
        await called.ResumeAsync(sale);
        using var clicked = await opener.ClickAsync((await called.Mail.NextAsync(address, 2)).Link);
        Assert.NotNull(LinkOpener.TicketOf(clicked, sale));
        await visitor.Page.GotoAsync($"/line/{sale}");
        await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync(moved);
    }

    private const string Looked = "() => document.dispatchEvent(new Event('visibilitychange'))";

    [Fact]
    public async Task What_was_lost_is_asked_for_again_by_a_page_that_is_looked_at_or_heard_again_and_not_with_each_poll()
    {
        var (sale, browser) = (await called.PausedSaleAsync(), called.Push.Subscribe());
        await using var visitor = await VisitorAsync(Subscribed(browser), "notifications");
        var (polls, asks) = (0, 0);
        visitor.Page.Request += (_, request) =>
        {
            if (request.Url.EndsWith("/ticket", StringComparison.Ordinal)) polls++;
            if (request.Url.EndsWith("/ticket/push", StringComparison.Ordinal)) asks++;
        };
        await AsksAsync(visitor, sale);
        await PolledAsync();
        var before = asks;
        await PolledAsync();
        Assert.Equal(before, asks);

        await LosesAsync();
        await visitor.Page.EvaluateAsync(Looked);
        await WaitFor.TrueAsync(async () => (await called.KeptAsync(sale)).Length == 1, "it is kept again");

        await LosesAsync();
        await visitor.Context.SetOfflineAsync(true);
        await Expect(visitor.Page.Locator("#trouble")).ToBeVisibleAsync();
        await visitor.Context.SetOfflineAsync(false);
        await WaitFor.TrueAsync(async () => (await called.KeptAsync(sale)).Length == 1, "it is kept again");
        await Expect(visitor.Page.Locator("#safe")).ToContainTextAsync("You can lock your phone");

        // As Redis and an edge may, together.
        async Task LosesAsync()
        {
            var sleepers = called.System.Service("gateway").Services.GetRequiredService<Sleepers>();
            Assert.True(await sleepers.ForgetAllAsync(SaleId.Parse(sale), 0));
            Assert.Empty(await called.KeptAsync(sale));
        }

        Task PolledAsync()
        {
            var soFar = polls;
            return WaitFor.TrueAsync(() => polls > soFar + 2, "three polls more");
        }
    }

    [Fact]
    public async Task After_a_turn_that_was_cut_short_nothing_is_promised_that_is_not_kept()
    {
        var (sale, browser) = (await called.PausedSaleAsync(), called.Push.Subscribe());
        await using var visitor = await VisitorAsync(Subscribed(browser), "notifications");
        await visitor.Context.AddInitScriptAsync(WaitingTests.HiddenTab);
        await AsksAsync(visitor, sale);
        var (isTurn, asks) = (true, 0);
        const string Turn = "\"admitted\",\"redeemBy\":\"2100-01-01T00:00:00Z\"";
        await visitor.Page.RouteAsync("**/ticket", async route =>
        {
            var answer = await route.FetchAsync();
            var body = await answer.TextAsync();
            if (isTurn) body = body.Replace("\"waiting\"", Turn, StringComparison.Ordinal);
            await route.FulfillAsync(new() { Response = answer, Body = body });
        });
        await visitor.Page.RouteAsync("**/ticket/push", route =>
        {
            asks++;
            return route.FulfillAsync(new() { Status = 409, Body = "{\"code\":\"notWaiting\"}" });
        });
        await visitor.SeesAsync("It is your turn!");
        Assert.Equal(0, asks);

        isTurn = false;
        await visitor.SeesAsync("The sale is paused");

        await WaitFor.TrueAsync(() => asks == 1, "it is asked for again");
        await Expect(visitor.Page.Locator("#safe")).Not.ToContainTextAsync("lock your phone");
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "false");
        var polls = 0;
        visitor.Page.Request += (_, request) => polls += request.Url.EndsWith("/ticket", StringComparison.Ordinal) ? 1 : 0;
        await WaitFor.TrueAsync(() => polls > 2, "three polls more");
        Assert.Equal(1, asks);
    }

    [Theory]
    [InlineData("push", "PUT")]
    [InlineData("push", "DELETE")]
    [InlineData("mail", "PUT")]
    [InlineData("mail", "DELETE")]
    public async Task A_renewal_undoes_nothing_whichever_request_is_slow(string way, string slow)
    {
        var (browser, polls) = (called.Push.Subscribe(), 0);
        var (sale, signer) = await called.VouchedSaleAsync();
        var claims = new EnqueueClaims { Email = $"{Unique.Name("shopper")}@mail.example" };
        await using var visitor = await VisitorAsync(Subscribed(browser), "notifications");
        visitor.Page.Request += (_, request) => polls += request.Url.EndsWith("/ticket", StringComparison.Ordinal) ? 1 : 0;
        await visitor.Page.GotoAsync($"{Line(sale)}&enqueueToken={signer.Sign("shopper-1", sale, claims)}");
        await visitor.SeesAsync("The sale is paused");
        await visitor.Page.ClickAsync("#notify");
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "true");
        if (way == "mail") await visitor.Page.ClickAsync("#mail button");
        var stop = way == "mail" ? "#mailstop" : "#notify";
        await Expect(visitor.Page.Locator("#safe")).ToContainTextAsync(way == "mail" ? "we mail" : "we call");
        var (isHeld, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        await visitor.Page.RouteAsync("**/ticket/" + way, async route =>
        {
            if (route.Request.Method == slow)
            {
                isHeld.TrySetResult();
                await goesOn.Task;
            }

            await route.ContinueAsync();
        });

        if (slow == "DELETE") await visitor.Page.ClickAsync(stop);
        else await visitor.Page.EvaluateAsync(Looked);
        await isHeld.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        if (slow == "DELETE") await visitor.Page.EvaluateAsync(Looked);
        else await visitor.Page.ClickAsync(stop);
        await PolledAsync();
        goesOn.SetResult();

        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "false");
        await PolledAsync();
        await WaitFor.TrueAsync(async () => (await called.KeptAsync(sale)).Length == 0, "nothing is kept");
        await Expect(visitor.Page.Locator("#safe")).Not.ToContainTextAsync("You can lock your phone");
        await Expect(visitor.Page.Locator("#notify")).ToHaveAttributeAsync("aria-pressed", "false");

        Task PolledAsync()
        {
            var soFar = polls;
            return WaitFor.TrueAsync(() => polls > soFar + 1, "two polls more");
        }
    }

    [Theory]
    [InlineData("en", "Don't mail me")]
    [InlineData("de", "Doch keine E-Mail")]
    [InlineData("ja", "メールでの通知をやめる")]
    [InlineData("ar", "لا تراسلني")]
    public async Task Who_gave_an_address_takes_it_back_on_the_page_also_after_a_reload(string language, string says)
    {
        var (sale, address) = (await called.PausedSaleAsync(), $"{Unique.Name("shopper")}@mail.example");
        await using var visitor = await VisitorAsync(NoPush);
        await visitor.Page.GotoAsync($"/line/{sale}?lang={language}");
        await Expect(visitor.Page.Locator("#number")).Not.ToHaveTextAsync("–");
        await visitor.Page.ClickAsync("#notify");
        await Expect(visitor.Page.Locator("#mailstop")).ToBeHiddenAsync();
        await visitor.Page.FillAsync("#mailto", address);
        await visitor.Page.ClickAsync("#mail button");
        await Expect(visitor.Page.Locator("#mailstop")).ToHaveTextAsync(says);
        await Expect(visitor.Page.Locator("#mailstop")).ToBeVisibleAsync();
        (await new LinkOpener(called.System.Edge).ClickAsync((await called.Mail.NextAsync(address)).Link)).Dispose();
        Assert.Single(await called.KeptAsync(sale));

        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.Locator("#mailstop")).ToBeVisibleAsync();
        await visitor.FindsNoBarrierAsync();
        await visitor.Page.ClickAsync("#mailstop");

        await Expect(visitor.Page.Locator("#mailstop")).ToBeHiddenAsync();
        Assert.Empty(await called.KeptAsync(sale));
        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.Locator("#number")).Not.ToHaveTextAsync("–");
        await visitor.Page.ClickAsync("#notify");
        await Expect(visitor.Page.Locator("#mail")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("#mailstop")).ToBeHiddenAsync();
        visitor.HasSeenNoError();
    }

    [Fact]
    public async Task A_push_that_was_asked_for_goes_on_when_the_mail_is_taken_back()
    {
        var (sale, browser) = (await called.PausedSaleAsync(), called.Push.Subscribe());
        var address = $"{Unique.Name("shopper")}@mail.example";
        await using var visitor = await VisitorAsync(Subscribed(browser), "notifications");
        await AsksAsync(visitor, sale);
        await visitor.Page.FillAsync("#mailto", address);
        await visitor.Page.ClickAsync("#mail button");
        (await new LinkOpener(called.System.Edge).ClickAsync((await called.Mail.NextAsync(address)).Link)).Dispose();

        await visitor.Page.ClickAsync("#mailstop");

        await Expect(visitor.Page.Locator("#mailstop")).ToBeHiddenAsync();
        await Expect(visitor.Page.Locator("#safe")).ToContainTextAsync("we call you");
        visitor.HasSeenNoError();
        await visitor.Page.GotoAsync("about:blank");
        await called.ResumeAsync(sale);
        await browser.HearsAsync("turn");
        Assert.Single(called.Mail.To(address));
    }
}
